import { chosen } from "../chosen";

/** Groups of actions, by the names that the server has for them. */
export const groups = chosen("groups", {
  Triggers: "Triggers",
  Voice: "Voice",
  Data: "Data",
  Logic: "Logic",
  Connect: "Connect",
  Messages: "Messages",
  Ends: "Ends",
});
