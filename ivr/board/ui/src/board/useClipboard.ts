import { useEffect } from "react";
import { announce } from "../kit/announce";
import { useBootstrap } from "../model/bootstrap";
import { copied } from "../model/clipboard";
import type { BoardStore } from "../model/store";
import { useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { counted } from "../words/fill";
import { pointer } from "./overlay";
import { hold, pasteText } from "./paste";
import { useView, type View } from "./useView";

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
  const text = copied(state, state.selection, useBootstrap.getState().bootstrap);
  event.clipboardData?.setData("text/plain", text);
  hold(text);
  return state.selection;
}

function put(board: BoardStore, view: View, event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (elsewhere() || !text.trim() || board.getState().readOnly) return;
  if (pasteText(board, text, pointer.at ? view.at(pointer.at) : view.middle())) event.preventDefault();
}

/** Copy, cut and paste as JSON text, by the browser's own events: they work without https, and across flows. */
export function useClipboard(): void {
  const board = useBoardStore();
  const view = useView();
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const numbers = take(board, event);
      if (numbers.length) announce(counted(t.blocksCopied, numbers.length));
    };
    const cut = (event: ClipboardEvent) => {
      if (board.getState().readOnly) return;
      const numbers = take(board, event);
      if (!numbers.length) return;
      board.getState().remove(numbers);
      announce(counted(t.blocksCut, numbers.length));
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
