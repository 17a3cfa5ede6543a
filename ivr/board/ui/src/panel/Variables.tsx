import { ChevronDown, GripVertical } from "lucide-react";
import { type DragEvent, type MouseEvent, useState } from "react";
import { announce } from "../kit/announce";
import { Icon } from "../kit/Icon";
import { Tooltip } from "../kit/Tooltip";
import type { Available } from "../model/types";
import { nameOf, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { put } from "./caret";
import { useScope } from "./scope";

const manyVariables = 12;

const place = "ivr.variables";

function remembered(): boolean {
  try {
    return localStorage.getItem(place) !== "folded";
  } catch {
    return true;
  }
}

/** What this block may use. It stays in sight while the fields below move; folded, it stays so for other blocks too. */
export function Variables() {
  const [open, setOpen] = useState(remembered);
  function fold(folded: boolean): void {
    setOpen(!folded);
    try {
      localStorage.setItem(place, folded ? "folded" : "open");
    } catch {
      // not remembered then
    }
  }
  return (
    <details className="variables" open={open} onToggle={(event) => fold(!event.currentTarget.open)}>
      <summary>
        <Icon of={ChevronDown} />
        <h3>{t.availableVariables}</h3>
      </summary>
      <VariableList />
    </details>
  );
}

/** Variables by the block that sets them: to drag into a field, or to click. */
export function VariableList() {
  const { available, seen } = useScope();
  const [wanted, setWanted] = useState("");
  const own = available.filter((each) => each.block !== 0);
  const system = available.filter((each) => each.block === 0);
  const fits = (each: Available) => each.name.toLowerCase().includes(wanted.trim().toLowerCase());
  return (
    <div className="variable-body">
      {own.length >= manyVariables && (
        <input
          className="input"
          type="search"
          aria-label={t.findAVariable}
          placeholder={common.find}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <div
        className="variable-list"
        role="group"
        aria-label={t.availableVariables}
        tabIndex={own.length >= manyVariables ? 0 : undefined}
      >
        <p className="help">{t.dragIntoAFieldOr}</p>
        {own.length === 0 && seen && <p className="help">{t.nothingIsSetBeforeThis}</p>}
        <ByBlock variables={own.filter(fits)} />
        {own.length > 0 && own.filter(fits).length === 0 && (
          <p className="help">{fill(t.noVariableIsCalled, { typed: wanted })}</p>
        )}
        <details className="system" open={wanted !== "" && system.some(fits) ? true : undefined}>
          <summary>
            <Icon of={ChevronDown} size={14} /> {t.dateAndTime}
          </summary>
          <Chips variables={system.filter(fits)} />
        </details>
      </div>
    </div>
  );
}

function ByBlock({ variables }: { variables: readonly Available[] }) {
  const derived = useDerived((all) => all);
  const blocks = [...new Set(variables.map((each) => each.block))];
  return blocks.map((number) => (
    <div key={number} className="setter">
      <h4>{nameOf(derived, number)}</h4>
      <Chips variables={sharedFirst(variables.filter((each) => each.block === number))} />
    </div>
  ));
}

/** Names that an author gave come before those that every block of the kind has. */
function sharedFirst(variables: readonly Available[]): readonly Available[] {
  const own = (each: Available) => each.name.includes(".");
  return [...variables.filter((each) => !own(each)), ...variables.filter(own)];
}

function Chips({ variables }: { variables: readonly Available[] }) {
  return (
    <div className="chips">
      {variables.map((each) => (
        <Chip key={each.name} variable={each} />
      ))}
    </div>
  );
}

function Chip({ variable }: { variable: Available }) {
  const { readOnly } = useScope();
  const { name, help, maybe } = variable;

  function begin(event: DragEvent) {
    event.dataTransfer.setData("text/plain", `$${name}`);
    event.dataTransfer.effectAllowed = "copy";
    document.documentElement.dataset.dragging = "variable";
  }

  function click(event: MouseEvent) {
    const panel = event.currentTarget.closest(".panel");
    const done = panel !== null && put(name, panel);
    announce(done ? fill(t.isInTheField, { name }) : t.noFieldHereTakesA);
  }

  return (
    <Tooltip text={[help.replaceAll("`", ""), maybe ? t.setOnSomeOfThe : ""].filter(Boolean).join(" ")}>
      <button
        type="button"
        className={`variable ${maybe ? "maybe" : ""}`}
        draggable={!readOnly}
        disabled={readOnly}
        onDragStart={begin}
        onDragEnd={() => delete document.documentElement.dataset.dragging}
        onClick={click}
      >
        <Icon of={GripVertical} size={12} />
        <code>${name}</code>
        {maybe && <span className="perhaps">{t.maybeMark}</span>}
      </button>
    </Tooltip>
  );
}
