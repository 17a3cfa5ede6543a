export const help = {
  help: "{name} · Hilfe",
  startOfTheDocumentation: "Anfang der Dokumentation",
  onThisPage: "Auf dieser Seite",
  documentation: "Dokumentation",
  searchTheDocumentation: "Dokumentation durchsuchen",
  allPages: "Alle Seiten",
  places: { one: "{count} Stelle", other: "{count} Stellen" },
  noPlaces: "Keine Stellen",
} as const;
