import { type KeyboardEvent, useState } from "react";
import { useBlock, useBoardStore, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { focusBlock, useOverlay } from "./overlay";

/** The name of a block while it is typed. Enter keeps it, Esc does not. */
export function RenameField({ number }: { number: number }) {
  const board = useBoardStore();
  const block = useBlock(number);
  const action = useDerived((derived) => derived.actions.get(number)?.title ?? "");
  const [typed, setTyped] = useState(block?.title ?? "");

  function done(keep: boolean, back: boolean): void {
    if (useOverlay.getState().renaming !== number) return;
    useOverlay.setState({ renaming: null });
    if (keep) board.getState().rename(number, typed.trim());
    if (back) focusBlock(number);
  }

  function pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === "Enter") done(true, true);
    if (event.key === "Escape") done(false, true);
  }

  return (
    <input
      className="rename nodrag nopan"
      aria-label={common.nameOfTheBlock}
      autoFocus
      maxLength={80}
      placeholder={action}
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={pressed}
      onBlur={() => done(true, false)}
    />
  );
}
