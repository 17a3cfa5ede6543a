import { announce } from "../kit/announce";
import { wireId } from "../model/graph";
import type { LiveStore } from "../model/live";
import type { BoardStore } from "../model/store";
import { nameOf } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
import { focusBlock } from "./overlay";
import type { View } from "./useView";

/** What keys work on. */
export interface Desktop {
  board: BoardStore;
  live: LiveStore;
  view: View;
  tidyUp: () => void;
}

/** Going about the board by keys: from block to block, along wires, out of the board at its ends. */

export function edgeOf(target: Element): string | null {
  return target.closest<HTMLElement>(".react-flow__edge")?.dataset.id ?? null;
}

function nodeOf(target: Element): number | null {
  const id = target.closest<HTMLElement>(".react-flow__node-block")?.dataset.id;
  return id ? Number(id) : null;
}

/** Select a block, put the focus on it, and bring it into view. */
export function goTo({ board, view }: Pick<Desktop, "board" | "view">, number: number): void {
  board.getState().select(number);
  view.reveal([number]);
  focusBlock(number);
}

function goToWire({ board, view }: Desktop, id: string): void {
  const wire = board.getState().derived().byId.get(id);
  if (!wire) return;
  board.getState().select(null, id);
  view.reveal([wire.from, wire.to]);
  const edge = () => document.querySelector<HTMLElement>(`.board.editing .react-flow__edge[data-id="${CSS.escape(id)}"]`);
  requestAnimationFrame(() => edge()?.focus({ preventScroll: true }));
}

/** The first or last thing one can get to outside of the board. */
function outside(back: boolean): HTMLElement | undefined {
  const main = document.getElementById("main");
  const all = [
    ...document.querySelectorAll<HTMLElement>(
      "a[href], button:enabled, input:enabled, select, textarea, summary, [tabindex='0']",
    ),
  ];
  const seen = all.filter(
    (one) => one.tabIndex >= 0 && one.offsetParent !== null && !one.closest(".board.editing .react-flow__viewport"),
  );
  const side = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const viewport = main?.querySelector(".react-flow__viewport") ?? main;
  const found = seen.filter((one) => viewport && viewport.compareDocumentPosition(one) & side);
  return back ? found.at(-1) : found[0];
}

/** Tab: the next block in the order of the call, then the wires, then out. True when the focus was moved. */
export function nextStop(desktop: Desktop, target: Element, back: boolean): boolean {
  const derived = desktop.board.getState().derived();
  const wires = derived.wires.map((wire) => wire.id);
  const order = derived.order;
  const [node, edge] = [nodeOf(target), edgeOf(target)];
  const count = order.length + wires.length;
  if (!count) return false;
  const at = node !== null ? order.indexOf(node) : edge !== null ? order.length + wires.indexOf(edge) : null;
  if (at === null && !(target.id === "main" || target.closest(".react-flow__pane"))) return false;
  const next = at === null ? (back ? -1 : 0) : at + (back ? -1 : 1);
  if (next < 0 || next >= count) {
    const away = outside(back);
    away?.focus();
    return away !== undefined;
  }
  if (next < order.length) goTo(desktop, order[next]!);
  else goToWire(desktop, wires[next - order.length]!);
  return true;
}

/** Alt and an arrow: to the next or previous block along the wires, or to what the neighbouring port leads to. */
export function walked(desktop: Desktop, key: string): boolean {
  const { board } = desktop;
  const derived = board.getState().derived();
  const [number] = board.getState().selection;
  if (number === undefined) return false;
  const targets = (from: number) =>
    (derived.ports.get(from) ?? []).map((port) => derived.byId.get(wireId(from, port.id))?.to).filter((to) => to !== undefined);
  const parent = came.get(number) ?? derived.into.get(number)?.[0]?.from;
  let to: number | undefined;
  if (key === "ArrowRight") to = targets(number)[0];
  else if (key === "ArrowLeft") to = parent;
  else if (parent !== undefined) {
    const siblings = [...new Set(targets(parent))];
    to = siblings[siblings.indexOf(number) + (key === "ArrowDown" ? 1 : -1)];
  }
  if (to === undefined) announce(fill(t.nothingFurtherFrom, { block: nameOf(derived, number) }));
  else {
    if (key === "ArrowRight") came.set(to, number);
    else if (key !== "ArrowLeft" && parent !== undefined) came.set(to, parent);
    goTo(desktop, to);
  }
  return true;
}

/** From where one walked to a block that several lead to. */
const came = new Map<number, number>();

/** The block to go on at when some are deleted: what led to them. */
export function beside(board: BoardStore, gone: readonly number[]): number | undefined {
  const { order, into } = board.getState().derived();
  const left = (number: number) => !gone.includes(number);
  const before = gone.flatMap((number) => (into.get(number) ?? []).map((wire) => wire.from)).find(left);
  return before ?? order.find(left);
}
