import { useEffect } from "react";
import { asProblem } from "../api/problem";
import { announce } from "../kit/announce";
import { toast } from "../kit/Toast";
import { duplicate } from "../model/clipboard";
import { focusField, useDesk } from "../model/desk";
import { live } from "../model/live";
import type { BoardStore } from "../model/store";
import type { Point } from "../model/types";
import { useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { counted, fill } from "../words/fill";
import { addNote, removeNotes } from "./notes";
import { blockElement, focusBlock, useOverlay } from "./overlay";
import { beside, type Desktop, edgeOf, nextStop, walked } from "./roaming";
import { useTidy } from "./useTidy";
import { besideBlock, useView, type View } from "./useView";

const fields = "input, textarea, select, [contenteditable=true]";
const arrows: Record<string, Point> = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] };

/** The key as a word: `Ctrl+Shift+Z`. Digits by their place, since Shift makes other characters of them. */
function word(event: KeyboardEvent): string {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const key = digit && event.shiftKey ? digit : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (key.length > 1 || digit !== undefined || /[A-Z]/.test(key));
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

function only(board: BoardStore): number | undefined {
  const { selection } = board.getState();
  return selection.length === 1 ? selection[0] : undefined;
}

function save(board: BoardStore): void {
  board
    .getState()
    .flush()
    .then(
      () => announce(t.draftSaved),
      (error: unknown) => toast(fill(t.notSavedWhy, { message: asProblem(error).message }), { kind: "bad" }),
    );
}

function remove(board: BoardStore): void {
  const { notes } = useOverlay.getState();
  const { selection, wire, derived } = board.getState();
  if (notes.length) removeNotes(board, notes);
  const found = wire ? derived().byId.get(wire) : undefined;
  if (found) board.getState().connect(found.from, found.port, null);
  if (!selection.length) return;
  const after = beside(board, selection);
  board.getState().remove(selection);
  announce(counted(t.blocksDeleted, selection.length));
  if (after !== undefined) focusBlock(after);
}

function shift(board: BoardStore, [x, y]: Point, far: boolean): boolean {
  const { selection, places, move } = board.getState();
  if (!selection.length) return false;
  const step = far ? 4 : 1;
  const moved = selection.map((number) => [number, places[number] ?? [0, 0]] as const);
  move(Object.fromEntries(moved.map(([number, [left, top]]) => [number, [left + x * step, top + y * step]])), true);
  return true;
}

function connect(board: BoardStore): void {
  const number = only(board);
  if (number === undefined) return announce(t.selectABlockToConnect);
  useOverlay.setState({ picking: { kind: "connect", number, at: besideBlock(number) } });
}

function escape(board: BoardStore, target: Element): void {
  const number = only(board);
  if (target.closest(".side") && number !== undefined) return focusBlock(number);
  useDesk.setState({ settings: false });
  board.getState().select(null);
  useOverlay.setState({ notes: [] });
}

function enter(board: BoardStore, target: Element): boolean {
  const edge = edgeOf(target);
  const box = edge ? target.getBoundingClientRect() : null;
  if (edge && box && !board.getState().readOnly) {
    const at = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const found = board.getState().derived().byId.get(edge);
    const [from, to] = [board.getState().places[found?.from ?? 0], board.getState().places[found?.to ?? 0]];
    const place = from && to ? ([(from[0] + 248 + to[0]) / 2, (from[1] + to[1]) / 2 + 48] as Point) : undefined;
    useOverlay.setState({ picking: { kind: "add", wire: edge, at, place } });
    return true;
  }
  const id = target.closest<HTMLElement>(".react-flow__node-block")?.dataset.id;
  if (!id || target.closest("input, button")) return false;
  board.getState().select(Number(id));
  focusField(Number(id));
  return true;
}

function findAction(): void {
  useDesk.setState({ menuFolded: false });
  const field = () => document.getElementById("find-action");
  if (field()) field()?.focus();
  else requestAnimationFrame(() => field()?.focus()); // the menu unfolds first
}

/** Above the block that has the focus, or else in the middle of what is seen. */
function note(board: BoardStore, view: View): void {
  const number = only(board);
  const focused = number !== undefined && blockElement(number) === document.activeElement;
  const place = focused ? board.getState().places[number] : undefined;
  addNote(board, place ? [place[0], place[1] - 144] : view.middle());
}

/** The selected block, or the flow when nothing is selected. */
function rename(board: BoardStore): void {
  const { selection, wire } = board.getState();
  const number = only(board);
  if (number !== undefined) useOverlay.setState({ renaming: number });
  else if (!selection.length && !wire) useOverlay.setState({ naming: true });
}

function all(board: BoardStore): void {
  board.getState().select(board.getState().flow.blocks.map((block) => block.number));
}

/** Keys that work everywhere, in fields too. */
function everywhere({ board }: Desktop): Record<string, () => void> {
  return {
    "Ctrl+K": () => useDesk.setState({ dialog: "find" }),
    "Ctrl+F": () => useDesk.setState({ dialog: "find" }),
    "Ctrl+S": () => save(board),
    "Ctrl+Enter": () => !board.getState().readOnly && useDesk.setState({ dialog: "publish" }),
  };
}

/** Keys that work while no field has the focus. */
function elsewhere({ board, view, tidyUp }: Desktop): Record<string, () => void> {
  const state = board.getState();
  const looking: Record<string, () => void> = {
    T: () => useDesk.setState({ phone: !useDesk.getState().phone }),
    "Ctrl+A": () => all(board),
    "1": () => view.zoom(1),
    "Shift+1": () => view.fit(),
    "Shift+2": () => view.fit(board.getState().selection),
    "[": () => useDesk.setState({ menuFolded: !useDesk.getState().menuFolded }),
    "]": () => useDesk.setState({ panelFolded: !useDesk.getState().panelFolded }),
    "?": () => useDesk.setState({ dialog: "keys" }),
  };
  if (state.readOnly) return looking;
  return {
    ...looking,
    A: findAction,
    C: () => connect(board),
    N: () => note(board, view),
    F2: () => rename(board),
    "Shift+T": tidyUp,
    "Ctrl+Z": () => state.undo(),
    "Ctrl+Shift+Z": () => state.redo(),
    "Ctrl+Y": () => state.redo(),
    "Ctrl+D": () => duplicate(board, state.selection),
    Delete: () => remove(board),
    Backspace: () => remove(board),
  };
}

/** Keys on the board alone: moving, walking, going in and out. True when it was one of them. */
function onBoard(desktop: Desktop, event: KeyboardEvent, target: Element): boolean {
  const { board } = desktop;
  const arrow = arrows[event.key];
  if (event.key === "Tab") return nextStop(desktop, target, event.shiftKey);
  if (arrow && event.altKey) return walked(desktop, event.key);
  if (arrow && !event.ctrlKey && !event.metaKey) return !board.getState().readOnly && shift(board, arrow, event.shiftKey);
  if (event.key === "Enter" && !event.ctrlKey) return enter(board, target);
  if (event.key === " " && target.closest(".react-flow__node-block, .react-flow__edge"))
    return select(board, target, event.shiftKey);
  return false;
}

function select(board: BoardStore, target: Element, more: boolean): boolean {
  const edge = edgeOf(target);
  if (edge) return (board.getState().select(null, edge), true);
  const number = Number(target.closest<HTMLElement>(".react-flow__node-block")?.dataset.id);
  const { selection } = board.getState();
  const rest = selection.filter((one) => one !== number);
  board.getState().select(more ? (rest.length < selection.length ? rest : [...selection, number]) : number);
  return true;
}

/** What was selected when the focus came to where it is. */
let before: readonly number[] | null = null;

/** Keys are about the block or wire that has the focus, unless something was selected since it came there. */
function chooseFocused(board: BoardStore, target: Element, key: string): void {
  const { selection, wire, select } = board.getState();
  const id = target.matches?.(".react-flow__node-block") ? Number((target as HTMLElement).dataset.id) : undefined;
  const edge = target.matches?.(".react-flow__edge") ? edgeOf(target) : null;
  const mine = id !== undefined && (ofFocused.has(key) || /^(Shift\+)?Arrow/.test(key));
  const nothing = !selection.length && !wire;
  if (!nothing && before !== selection) return;
  if (mine && !selection.includes(id)) select(id);
  else if (edge && edge !== wire && /^(Delete|Backspace)$/.test(key)) select(null, edge);
}

const ofFocused = new Set(["A", "C", "N", "F2", "Delete", "Backspace", "Ctrl+D"]);

function pressed(desktop: Desktop, event: KeyboardEvent): void {
  const target = event.target as Element;
  if (event.defaultPrevented || target.closest?.("dialog, [role=menu], .picker")) return;
  const key = word(event);
  const inField = target.matches?.(fields) ?? false;
  const calling = live.getState().here !== null && /^[0-9*#]$|^H$/.test(key);
  if (!inField) chooseFocused(desktop.board, target, key);
  const run = everywhere(desktop)[key] ?? (inField || calling ? undefined : elsewhere(desktop)[key]);
  if (run) return (run(), event.preventDefault());
  if (event.key === "Escape" && !event.defaultPrevented) return escape(desktop.board, target);
  const board = target === document.body || target.closest?.("#main.board");
  if (!inField && board && onBoard(desktop, event, target)) event.preventDefault();
}

/** The keys of the board. */
export function useKeys(): void {
  const board = useBoardStore();
  const view = useView();
  const tidyUp = useTidy();
  useEffect(() => {
    const desktop = { board, live, view, tidyUp };
    const listen = (event: KeyboardEvent) => pressed(desktop, event);
    const came = () => {
      before = board.getState().selection;
    };
    document.addEventListener("keydown", listen);
    document.addEventListener("focusin", came);
    return () => {
      document.removeEventListener("keydown", listen);
      document.removeEventListener("focusin", came);
    };
  }, [board, view, tidyUp]);
}
