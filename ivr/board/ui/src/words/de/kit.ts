export const kit = {
  choices: "Auswahl",
  typeToGoOn: "Zum Fortfahren „{typed}“ eingeben",
  loading: "Wird geladen",
  dismiss: "Ausblenden",
  thisPartOfThePage: "Dieser Teil der Seite konnte nicht geladen werden.",
  files: "Dateien",
} as const;
