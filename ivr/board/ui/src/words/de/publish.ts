export const publish = {
  removed: "Entfernt",
  moved: "Verschoben",
  wired: "Verbunden",
  versionIsLive: "Version {revision} ist live",
  lookingAtWhatChanged: "Änderungen werden geprüft…",
  callsThatAreUnderWay: "Laufende Anrufe bleiben bei der Version, mit der sie begonnen haben. Neue Anrufe bekommen diese.",
  theDraftIsWhatIs: "Der Entwurf ist schon live: Es gibt nichts zu veröffentlichen.",
  changesSinceTheLiveVersion: "Änderungen seit der Live-Version",
  backToTheBoard: "Zurück zum Board",
  noNumberLeadsToThis:
    "Noch führt keine Rufnummer zu diesem Ablauf, er bekommt also keine Anrufe: Weisen Sie ihm unter Rufnummern eine zu.",
  newCallsGetItFrom: "Neue Anrufe bekommen sie ab jetzt. Laufende Anrufe bleiben bei der Version, mit der sie begonnen haben.",
  whatChangedAndWhyFor: "Was sich geändert hat und warum, für später.",
  nameOfThisVersion: "Name dieser Version",
  ifItDeservesOneSuch: "Wenn sie einen verdient, etwa „Sommerzeiten“.",
  errorsToMend: {
    one: "{count} Fehler zu beheben, bevor dies live gehen kann",
    other: "{count} Fehler zu beheben, bevor dies live gehen kann",
  },
  warningsCanStay: { one: "{count} Warnung, die bleiben kann", other: "{count} Warnungen, die bleiben können" },
  firstVersion: "Das ist die erste Version.",
  firstVersionAnswers: "Das ist die erste Version: Ab jetzt nimmt sie {numbers} an.",
} as const;
