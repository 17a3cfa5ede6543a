import { chosen } from "../chosen";

export const frame = chosen("frame", {
  alert: "Alert {name}: {says}",
  flowsStartPage: "Flows, start page",
  main: "Main",
  asTheSystem: "as the system",
  theme: "Theme: {theme}",
  notSignedOut: "Not signed out: {message}",
  signOut: "Sign out {user}",
  light: "light",
  dark: "dark",
});
