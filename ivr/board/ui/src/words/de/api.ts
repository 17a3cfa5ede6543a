export const api = {
  theServerCantBeReached: "Der Server ist nicht erreichbar.",
  theServerAnswered: "Der Server hat mit {status} geantwortet.",
  theAnswerIsNoJson: "Die Antwort ist kein JSON, obwohl sie es angibt.",
} as const;
