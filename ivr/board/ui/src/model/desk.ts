import { create } from "zustand";

/** What is open around the board. */
export interface Desk {
  /** The Actions menu is folded to a rail. */
  menuFolded: boolean;
  /** The panel is folded away, though something is selected. */
  panelFolded: boolean;
  phone: boolean;
  /** The block that the next test call starts at; 0: where calls start. */
  from: number;
  dialog: null | "find" | "publish" | "keys";
  /** The flow's own settings stand in the panel while nothing is selected. */
  settings: boolean;
  problems: boolean;
  /** The panel's field to put the focus into, as a path of a problem; "" for the first. `turn` counts the wishes. */
  focus: { number: number; path: string; turn: number } | null;
}

export const useDesk = create<Desk>(() => ({
  menuFolded: false,
  panelFolded: false,
  phone: false,
  from: 0,
  dialog: null,
  settings: false,
  problems: false,
  focus: null,
}));

let turn = 0;

/** Ask the panel to open the group of a field and to put the focus into it. */
export function focusField(number: number, path = ""): void {
  useDesk.setState({ panelFolded: false, focus: { number, path, turn: ++turn } });
}

/** The settings of the flow, in the panel. */
export function openSettings(select: (numbers: null) => void): void {
  select(null);
  useDesk.setState({ settings: true, panelFolded: false });
}
