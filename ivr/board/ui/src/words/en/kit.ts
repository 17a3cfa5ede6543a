import { chosen } from "../chosen";

export const kit = chosen("kit", {
  choices: "Choices",
  typeToGoOn: "Type “{typed}” to go on",
  loading: "Loading",
  dismiss: "Dismiss",
  thisPartOfThePage: "This part of the page could not be loaded.",
  files: "Files",
});
