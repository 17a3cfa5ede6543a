import { chosen } from "../chosen";

/** What is written on keys, and done with the mouse while they are held. */
export const keys = chosen("keys", {
  Ctrl: "Ctrl",
  Shift: "Shift",
  Alt: "Alt",
  Enter: "Enter",
  Esc: "Esc",
  Del: "Del",
  Tab: "Tab",
  "Menu key": "Menu key",
  Arrows: "Arrows",
  arrows: "arrows",
  click: "click",
  drag: "drag",
  and: "and",
});
