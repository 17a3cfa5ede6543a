import { useMemo, useState } from "react";
import { summaryOf } from "../model/summary";
import { titleOf, useBoard, useDerived, useLive, useProblems } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { overlays } from "../words/en/overlays";
import { fill } from "../words/fill";
import { Summary } from "./Summary";

interface Line {
  number: number;
  depth: number;
  /** By which port one comes here; empty for the first. */
  by: string;
  /** It stands in full further up. */
  again: boolean;
}

/** The flow as lines: each block under the port that leads to it, in full the first time. */
function useLines(): Line[] {
  const derived = useDerived((all) => all);
  return useMemo(() => {
    const seen = new Set<number>();
    const lines: Line[] = [];
    const ahead: Omit<Line, "again">[] = [...derived.order].reverse().map((number) => ({ number, depth: 0, by: "" }));
    while (ahead.length) {
      const { number, depth, by } = ahead.pop()!;
      const again = seen.has(number);
      if (again && depth === 0) continue;
      seen.add(number);
      lines.push({ number, depth, by, again });
      if (again) continue;
      const ways = (derived.ports.get(number) ?? []).flatMap((port) => {
        const to = derived.byId.get(`${number}:${port.id}`)?.to;
        return to === undefined ? [] : [{ number: to, depth: depth + 1, by: port.label }];
      });
      ahead.push(...ways.reverse());
    }
    return lines;
  }, [derived]);
}

function Item({ line }: { line: Line }) {
  const { number, depth, by, again } = line;
  const block = useDerived((derived) => derived.blocks.get(number));
  const action = useDerived((derived) => derived.actions.get(number));
  const title = useDerived((derived) => titleOf(derived, number));
  const problems = useProblems(number);
  const disabled = useDerived((derived) => derived.passed.has(number));
  const count = problems.filter((problem) => problem.code !== "disabled").length;
  const here = useLive((live) => live.here === number);
  const [open, setOpen] = useState(false);
  if (!block) return null;
  return (
    <li style={{ paddingLeft: Math.min(depth, 8) * 14 }} className={`${here ? "here" : ""} ${disabled ? "disabled" : ""}`}>
      {by && <span className="by">{by}</span>}
      <button type="button" className="line" aria-expanded={again ? undefined : open} onClick={() => setOpen(!open && !again)}>
        <Tile action={action} size={26} />
        <span>
          {number}. {title}
        </span>
        {again && <span className="chip">{overlays.seeAbove}</span>}
        {disabled && <span className="chip">{t.disabled}</span>}
        {count > 0 && <span className="chip warn">{fill(t.toCheck, { count })}</span>}
      </button>
      {open && (
        <div className="details">
          <p>{action?.title}</p>
          <Summary text={summaryOf(block, action)} />
          {problems.map((problem, index) => (
            <p key={index} className={problem.level === "error" ? "problem bad" : "problem warn"}>
              {problem.message} {problem.hint}
            </p>
          ))}
        </div>
      )}
    </li>
  );
}

/** The flow on a small screen: to read, not to change. */
export function Outline() {
  const lines = useLines();
  const name = useBoard((state) => state.flow.description);
  return (
    <div className="outline">
      {name && <p className="lead">{name}</p>}
      <p className="lead">{overlays.theFlowCanBeRead}</p>
      <ul aria-label={common.blocks}>
        {lines.map((line, index) => (
          <Item key={`${line.number} ${index}`} line={line} />
        ))}
      </ul>
    </div>
  );
}
