import { chosen } from "../chosen";

export const api = chosen("api", {
  theServerCantBeReached: "The server can't be reached.",
  theServerAnswered: "The server answered {status}.",
  theAnswerIsNoJson: "The answer is no JSON, though it says so.",
});
