import { useState } from "react";
import { Digits, isTree } from "../api/digits";
import { brief, queryOf } from "../model/reply";
import type { Value } from "../model/types";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";

type Steps = readonly (string | number)[];
/** Names of the response variables there are, by their query expression. */
type Kept = ReadonlyMap<string, string>;
type Pick = ((steps: Steps, value: Value) => void) | undefined;

const shownAtOnce = 50;

/** An answer as a tree; a click on a value picks it. Values that are kept already bear their variable's name. */
export function ReplyTree({ value, kept, onPick }: { value: Value; kept: Kept; onPick: Pick }) {
  return (
    <ul className="tree">
      <Entries value={value} steps={[]} kept={kept} onPick={onPick} />
    </ul>
  );
}

interface Props {
  value: Value;
  steps: Steps;
  kept: Kept;
  onPick: Pick;
}

function Entries({ value, steps, kept, onPick }: Props) {
  const [all, setAll] = useState(false);
  const entries: [string | number, Value][] = Array.isArray(value)
    ? value.map((each, index) => [index, each])
    : Object.entries(value as Record<string, Value>);
  const shown = all ? entries : entries.slice(0, shownAtOnce);
  return (
    <>
      {shown.map(([key, each]) => (
        <Entry key={key} name={key} value={each} steps={[...steps, key]} kept={kept} onPick={onPick} />
      ))}
      {entries.length === 0 && <li className="nothing">{t.empty}</li>}
      {shown.length < entries.length && (
        <li>
          <button type="button" className="more" onClick={() => setAll(true)}>
            {fill(t.more, { count: entries.length - shown.length })}
          </button>
        </li>
      )}
    </>
  );
}

function Entry({ name, value, steps, kept, onPick }: Props & { name: string | number }) {
  const inner = isTree(value);
  const [open, setOpen] = useState(() => inner && steps.length < (Object.keys(value).length > 20 ? 2 : 5));
  if (inner) {
    const count = Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value as object).length}}`;
    return (
      <li>
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <span className="key">{name}</span> <span className="count">{count}</span>
          </summary>
          {open && (
            <ul>
              <Entries value={value} steps={steps} kept={kept} onPick={onPick} />
            </ul>
          )}
        </details>
      </li>
    );
  }
  const variable = kept.get(queryOf(steps));
  const kind = value === null ? "null" : value instanceof Digits ? "number" : typeof value;
  const shown = typeof value === "string" ? `“${value}”` : brief(value);
  return (
    <li>
      <span className="key">{name}</span>{" "}
      {onPick ? (
        <button
          type="button"
          className={`leaf ${kind}`}
          aria-label={fill(t.keep, { values: steps.join(" "), value: brief(value) })}
          onClick={() => onPick(steps, value)}
        >
          {shown}
        </button>
      ) : (
        <span className={`leaf ${kind}`}>{shown}</span>
      )}
      {variable && <code className="kept">${variable}</code>}
    </li>
  );
}
