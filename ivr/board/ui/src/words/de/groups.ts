export const groups = {
  Triggers: "Auslöser",
  Voice: "Sprache",
  Data: "Daten",
  Logic: "Logik",
  Connect: "Verbinden",
  Messages: "Nachrichten",
  Ends: "Ende",
} as const;
