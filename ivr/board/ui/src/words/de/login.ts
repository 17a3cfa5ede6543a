export const login = {
  signIn: "Anmelden",
  theBoardIsClosed: "Das Board ist geschlossen",
  openItWithALink:
    "Öffnen Sie es mit einem Link: {code} gibt auf dem Server einen aus. Um sich stattdessen mit Name und Passwort anzumelden, legen Sie mit {code2} einen Benutzer an.",
} as const;
