import { useEffect } from "react";
import { announce } from "../kit/announce";
import { toast } from "../kit/Toast";
import { useBootstrap } from "../model/bootstrap";
import { copied, pasted } from "../model/clipboard";
import { snap } from "../model/layout";
import type { BoardStore } from "../model/store";
import { useBoardStore } from "../model/useBoard";
import { focusBlock, pointer } from "./overlay";
import { useView, type View } from "./useView";

const count = (numbers: readonly number[]) => `${numbers.length} ${numbers.length === 1 ? "block" : "blocks"}`;

/** Whether the copying is about text somewhere, and not about blocks. */
function elsewhere(): boolean {
  const active = document.activeElement;
  if (active?.matches("input, textarea, select, [contenteditable=true]") || active?.closest("dialog")) return true;
  return !(getSelection()?.isCollapsed ?? true);
}

function take(board: BoardStore, event: ClipboardEvent): readonly number[] {
  const state = board.getState();
  if (elsewhere() || !state.selection.length || event.defaultPrevented) return [];
  event.preventDefault();
  event.clipboardData?.setData("text/plain", copied(state, state.selection, useBootstrap.getState().bootstrap));
  return state.selection;
}

function put(board: BoardStore, view: View, event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const state = board.getState();
  if (elsewhere() || !text.trim() || state.readOnly) return;
  const [x, y] = pointer.at ? view.at(pointer.at) : view.middle();
  const made = pasted(state, text, [snap(x), snap(y)], useBootstrap.getState().bootstrap);
  if (!made) return toast("The clipboard holds no blocks.");
  event.preventDefault();
  state.change("", () => made.parts, made.numbers);
  announce(`${count(made.numbers)} pasted`);
  focusBlock(made.numbers[0] ?? 0);
}

/** Copy, cut and paste as JSON text, by the browser's own events: they work without https, and across flows. */
export function useClipboard(): void {
  const board = useBoardStore();
  const view = useView();
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const numbers = take(board, event);
      if (numbers.length) announce(`${count(numbers)} copied`);
    };
    const cut = (event: ClipboardEvent) => {
      if (board.getState().readOnly) return;
      const numbers = take(board, event);
      if (!numbers.length) return;
      board.getState().remove(numbers);
      announce(`${count(numbers)} cut`);
    };
    const paste = (event: ClipboardEvent) => put(board, view, event);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", paste);
    };
  }, [board, view]);
}
