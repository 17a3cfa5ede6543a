import { chosen } from "../chosen";

export const model = chosen("model", {
  callerHungUp: "Caller hung up",
  completed: "Completed",
  itWasSavedElsewhereChoose: "It was saved elsewhere: choose which one to keep.",
  advanced: "Advanced",
  inputs: "Inputs",
  atMostCharactersTheseAre: "At most {most} characters; these are {count}.",
  atLeastCharacters: "At least {least} characters.",
  mustBeAWholeNumber: "Must be a whole number.",
  mustBeANumber: "Must be a number.",
  mustBeFromTo: "Must be from {least} to {most}.",
  mustBeAtLeast: "Must be at least {least}.",
  mustBeAtMost: "Must be at most {most}.",
  lettersDigitsAndOnlyNot: "Letters, digits and _ only, not beginning with a digit.",
  thisHasCharactersThatCant: "This has characters that can't stand here.",
  more: "{first}, +{count} more",
  block: "Block {number}",
  newSince: "New since v{revision}",
  changedSince: "Changed since v{revision}",
  yes: "yes",
  no: "no",
});
