import type { BoardStore } from "../model/store";
import type { Point } from "../model/types";
import { useOverlay } from "./overlay";

/** A new note at a place; it is written at once. */
export function addNote(board: BoardStore, place: Point): void {
  const at: Point = [Math.round(place[0]), Math.round(place[1])];
  board.getState().setNotes((notes) => [...notes, { text: "", place: at, size: [200, 120] }]);
  useOverlay.setState({ notes: [board.getState().notes.length - 1] });
}

export function removeNotes(board: BoardStore, gone: readonly number[]): void {
  board.getState().setNotes((notes) => notes.filter((_, index) => !gone.includes(index)));
  useOverlay.setState({ notes: [] });
}
