import { chosen } from "../chosen";

export const help = chosen("help", {
  help: "{name} · Help",
  startOfTheDocumentation: "Start of the documentation",
  onThisPage: "On this page",
  documentation: "Documentation",
  searchTheDocumentation: "Search the documentation",
  allPages: "All pages",
  places: { one: "{count} place", other: "{count} places" },
  noPlaces: "No places",
});
