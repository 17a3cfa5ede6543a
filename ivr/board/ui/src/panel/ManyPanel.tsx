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
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { counted } from "../words/fill";

const lines: { line: Line; label: string; icon: typeof CopyPlus }[] = [
  { line: "left", label: t.alignLeft, icon: AlignHorizontalJustifyStart },
  { line: "top", label: t.alignTop, icon: AlignVerticalJustifyStart },
  { line: "across", label: t.spaceOutAcross, icon: AlignHorizontalSpaceAround },
  { line: "down", label: t.spaceOutDown, icon: AlignVerticalSpaceAround },
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
        <h2>{counted(common.countedBlocks, numbers.length)}</h2>
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
            {common.duplicate}
          </Button>
          {found && (
            <Button
              icon={found.disable ? PowerOff : Power}
              onClick={() => store.getState().setDisabled(found.numbers, found.disable)}
            >
              {found.disable ? common.disable : common.enable}
            </Button>
          )}
          <Button icon={Trash2} onClick={() => store.getState().remove(numbers)}>
            {common.deleteIt}
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
