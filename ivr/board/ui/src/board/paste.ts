import { announce } from "../kit/announce";
import { toast } from "../kit/Toast";
import { useBootstrap } from "../model/bootstrap";
import { pasted } from "../model/clipboard";
import { snap } from "../model/layout";
import type { BoardStore } from "../model/store";
import type { Point } from "../model/types";
import { board as t } from "../words/en/board";
import { counted } from "../words/fill";
import { focusBlock } from "./overlay";

export const count = (numbers: readonly number[]) => `${numbers.length} ${numbers.length === 1 ? "block" : "blocks"}`;

/** What was copied or cut on this page last, for browsers that keep their clipboard to themselves. */
let held = "";

export function hold(text: string): void {
  held = text;
}

/** A page may ask for the clipboard on https and on this machine alone. */
const readable = () => typeof navigator.clipboard?.readText === "function";

let refused = false;

export const canPaste = () => (readable() && !refused) || held !== "";

async function onClipboard(): Promise<string> {
  if (!readable()) return held;
  try {
    return await navigator.clipboard.readText();
  } catch {
    refused = true;
    return held;
  }
}

/** Put the blocks of a text on the board. False when there are none in it. */
export function pasteText(board: BoardStore, text: string, [x, y]: Point): boolean {
  const state = board.getState();
  const made = pasted(state, text, [snap(x), snap(y)], useBootstrap.getState().bootstrap);
  if (!made) {
    toast(t.theClipboardHoldsNoBlocks);
    return false;
  }
  state.change("", () => made.parts, made.numbers);
  announce(counted(t.blocksPasted, made.numbers.length));
  focusBlock(made.numbers[0] ?? 0);
  return true;
}

/** Paste without the keys, as far as the browser lets a page do so. */
export async function pasteHere(board: BoardStore, at: Point): Promise<void> {
  const text = await onClipboard();
  if (text) return void pasteText(board, text, at);
  toast(t.thisBrowserKeepsItsClipboard);
}
