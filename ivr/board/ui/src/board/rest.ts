/** In one script: what lies over the board for a moment, and what takes its place on a small screen. */
export { Changes } from "./Changes";
export { ContextMenu } from "./ContextMenu";
export { Find } from "./Find";
export { Keys } from "./Keys";
export { Outline } from "./Outline";
export { Pickers } from "./Pickers";
