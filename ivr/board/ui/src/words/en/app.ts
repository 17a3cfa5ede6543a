import { chosen } from "../chosen";

export const app = chosen("app", {
  skipToTheContent: "Skip to the content",
  thisScreenCouldNotBe: "This screen could not be drawn: {message}",
  loadItAnew: "Load it anew",
  pageNotFound: "Page not found",
  thereIsNoPageAt: "There is no page at this address. It may have been deleted, or mistyped.",
  openTheFlows: "Open the flows",
});
