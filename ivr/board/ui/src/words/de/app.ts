export const app = {
  skipToTheContent: "Zum Inhalt springen",
  thisScreenCouldNotBe: "Diese Seite konnte nicht dargestellt werden: {message}",
  loadItAnew: "Neu laden",
  pageNotFound: "Seite nicht gefunden",
  thereIsNoPageAt:
    "Unter dieser Adresse gibt es keine Seite. Vielleicht wurde sie gelöscht, oder die Adresse enthält einen Tippfehler.",
  openTheFlows: "Abläufe öffnen",
} as const;
