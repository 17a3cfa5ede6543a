import {
  AlignHorizontalJustifyStart,
  AlignHorizontalSpaceAround,
  AlignVerticalJustifyStart,
  AlignVerticalSpaceAround,
  CopyPlus,
  Power,
  PowerOff,
  Trash2,
} from "lucide-react";
import { Button } from "../kit/Button";
import { aligned, type Line } from "../model/align";
import { duplicate } from "../model/clipboard";
import { switching } from "../model/disabled";
import { titleOf, useBoard, useBoardStore, useDerived } from "../model/useBoard";

const lines: { line: Line; label: string; icon: typeof CopyPlus }[] = [
  { line: "left", label: "Align left", icon: AlignHorizontalJustifyStart },
  { line: "top", label: "Align top", icon: AlignVerticalJustifyStart },
  { line: "across", label: "Space out across", icon: AlignHorizontalSpaceAround },
  { line: "down", label: "Space out down", icon: AlignVerticalSpaceAround },
];

/** What can be done with several blocks at once. */
export function ManyPanel({ numbers }: { numbers: readonly number[] }) {
  const store = useBoardStore();
  const derived = useDerived((all) => all);
  const readOnly = useBoard((state) => state.readOnly);
  const found = switching(derived, numbers);
  return (
    <div className="panel many">
      <header className="head">
        <h2>{numbers.length} blocks</h2>
      </header>
      {!readOnly && (
        <div className="many-actions">
          {lines.map(({ line, label, icon }) => (
            <Button
              key={line}
              icon={icon}
              disabled={line !== "left" && line !== "top" && numbers.length < 3}
              onClick={() => store.getState().move(aligned(store.getState().places, numbers, line))}
            >
              {label}
            </Button>
          ))}
          <Button icon={CopyPlus} onClick={() => duplicate(store, numbers)}>
            Duplicate
          </Button>
          {found && (
            <Button
              icon={found.disable ? PowerOff : Power}
              onClick={() => store.getState().setDisabled(found.numbers, found.disable)}
            >
              {found.disable ? "Disable" : "Enable"}
            </Button>
          )}
          <Button icon={Trash2} onClick={() => store.getState().remove(numbers)}>
            Delete
          </Button>
        </div>
      )}
      <ul className="many-list">
        {numbers.map((number) => (
          <li key={number}>
            <Button kind="link" onClick={() => store.getState().show(number)}>
              {number}. {titleOf(derived, number)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
