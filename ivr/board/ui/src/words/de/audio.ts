export const audio = {
  dropSoundsAnywhereHereUp: "Audiodateien hier ablegen: je bis zu 10 Minuten und 20 MB",
  chooseFiles: "Dateien auswählen",
  wasNotTaken: "wurde nicht übernommen: {why}",
  noAudioFilesYetWhatever: "Noch keine Audiodateien. Hier liegt alles, was Anrufer hören sollen.",
  theSoundCantBeGot: "Die Audiodatei lässt sich nicht wiederherstellen. Solange ein Ablauf sie abspielt, bleibt sie.",
  deleteSound: "Audiodatei löschen",
  listenDelete: "Anhören, löschen",
  comesWithUs: "Mitgeliefert",
  close: "{name} schließen",
  delete: "{name} löschen",
  soundsBroughtIn: { one: "{count} Audiodatei hinzugefügt", other: "{count} Audiodateien hinzugefügt" },
} as const;
