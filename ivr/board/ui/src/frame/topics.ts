import type { Route } from "../nav/routes";

/** The page of the documentation, and the place on it, that each screen's `?` opens. */
export const topics: Record<Route["name"], string> = {
  flows: "flow-files#drafts-and-revisions",
  board: "start#open-the-board",
  versions: "flow-files#drafts-and-revisions",
  calls: "troubleshooting",
  call: "what-the-caller-hears",
  numbers: "a-real-number#3-bring-a-flow-in",
  secrets: "external-web-call#secrets",
  audio: "what-the-caller-hears#hold-audio",
  people: "security#who-gets-in",
  help: "start",
  login: "security#who-gets-in",
  lost: "start",
};

/** Actions with a page of their own. All others have a section on the page of actions. */
const own: Record<string, string> = { external_web_call: "external-web-call" };

/** What the `?` of a block's panel opens. */
export function blockTopic(action: { type: string; title: string }): string {
  return own[action.type] ?? `actions#${anchor(action.title)}`;
}

/** The id of a heading, as the server makes it. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
