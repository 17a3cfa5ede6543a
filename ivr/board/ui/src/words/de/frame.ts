export const frame = {
  alert: "Alarm {name}: {says}",
  flowsStartPage: "Abläufe, Startseite",
  main: "Hauptnavigation",
  asTheSystem: "wie das System",
  theme: "Design: {theme}",
  notSignedOut: "Nicht abgemeldet: {message}",
  signOut: "{user} abmelden",
  light: "hell",
  dark: "dunkel",
} as const;
