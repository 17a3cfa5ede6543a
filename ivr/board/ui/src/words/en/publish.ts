import { chosen } from "../chosen";

export const publish = chosen("publish", {
  removed: "Removed",
  moved: "Moved",
  wired: "Wired",
  versionIsLive: "Version {revision} is live",
  lookingAtWhatChanged: "Looking at what changed…",
  callsThatAreUnderWay: "Calls that are under way stay on the version they began with. New calls get this one.",
  theDraftIsWhatIs: "The draft is what is live already: there is nothing to publish.",
  changesSinceTheLiveVersion: "Changes since the live version",
  backToTheBoard: "Back to the board",
  noNumberLeadsToThis: "No number leads to this flow yet, so it gets no calls: give it one under Numbers.",
  newCallsGetItFrom: "New calls get it from now on. Calls that are under way stay on the version they began with.",
  whatChangedAndWhyFor: "What changed and why, for later.",
  nameOfThisVersion: "Name of this version",
  ifItDeservesOneSuch: "If it deserves one, such as “Summer hours”.",
  errorsToMend: {
    one: "{count} error to mend before this can go live",
    other: "{count} errors to mend before this can go live",
  },
  warningsCanStay: { one: "{count} warning, which can stay", other: "{count} warnings, which can stay" },
  firstVersion: "This is the first version.",
  firstVersionAnswers: "This is the first version: from now on it answers {numbers}.",
});
