import { create } from "zustand";
import type { Point } from "../model/types";

export interface Spot {
  x: number;
  y: number;
}

/** A list to choose from, beside a point of the window. */
export type Picking =
  /** An action to add: at a place of the board, led to by a port, or within a wire. */
  | { kind: "add"; at: Spot; place?: Point; from?: { number: number; port: string }; wire?: string }
  | { kind: "replace"; at: Spot; number: number }
  /** A wire to draw: first its port, then where it leads. */
  | { kind: "connect"; at: Spot; number: number; port?: string };

/** What a right click was on. */
export type Clicked =
  | { kind: "block"; at: Spot; number: number }
  | { kind: "wire"; at: Spot; id: string }
  | { kind: "board"; at: Spot; place: Point };

/** What lies over the board for a moment. */
interface Overlay {
  picking: Picking | null;
  clicked: Clicked | null;
  renaming: number | null;
  /** The flow's name is being typed. */
  naming: boolean;
  /** Selected notes, by their place in the list. */
  notes: readonly number[];
  /** A wire that lets go here would be put into. */
  over: string | null;
  /** The wire under the pointer; it stays while the pointer is on its buttons. */
  hovered: string | null;
  /** A block that shakes its head. */
  refused: number | null;
}

export const nothing: Overlay = {
  picking: null,
  clicked: null,
  renaming: null,
  naming: false,
  notes: [],
  over: null,
  hovered: null,
  refused: null,
};

export const useOverlay = create<Overlay>(() => nothing);

/** The pointer over the board, where a paste goes. */
export const pointer: { at: Spot | null } = { at: null };

/** What is dragged from the Actions menu. */
export const dragType = "application/x-ivr-action";

/** The wire under a point of the window. */
export function wireAt(x: number, y: number): string | null {
  const found = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__edge"));
  return found?.closest<HTMLElement>(".react-flow__edge")?.dataset.id ?? null;
}

/** The block under a point of the window. */
export function blockAt(x: number, y: number): number | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest<HTMLElement>(".react-flow__node-block")?.dataset.id;
    if (id) return Number(id);
  }
  return null;
}

export function blockElement(number: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.board.editing .react-flow__node-block[data-id="${number}"]`);
}

/** Put the focus on a block, as soon as it is drawn. */
export function focusBlock(number: number, tries = 30): void {
  const element = blockElement(number);
  element?.focus({ preventScroll: true }); // a block that is not drawn yet can't take it
  if (element && document.activeElement === element) return;
  if (tries) requestAnimationFrame(() => focusBlock(number, tries - 1));
}

let leaving = 0;

/** The pointer is over a wire or its buttons, or has left them; a moment passes before they go. */
export function hoverWire(id: string | null): void {
  window.clearTimeout(leaving);
  if (id) useOverlay.setState({ hovered: id });
  else leaving = window.setTimeout(() => useOverlay.setState({ hovered: null }), 120);
}
