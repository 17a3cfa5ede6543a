import type { FlowProblem } from "../api/client";
import { counted } from "../kit/when";
import { titleOf, useDerived } from "../model/useBoard";

/** Errors and warnings of the draft, each leading to its block. */
export function Found({ problems, onJump }: { problems: FlowProblem[]; onJump: (problem: FlowProblem) => void }) {
  const errors = problems.filter((one) => one.level === "error");
  const warnings = problems.filter((one) => one.level !== "error");
  return (
    <>
      {errors.length > 0 && (
        <List kind="bad" title={`${counted(errors.length, "error")} to mend before this can go live`} problems={errors} onJump={onJump} />
      )}
      {warnings.length > 0 && (
        <List kind="warn" title={`${counted(warnings.length, "warning")}, which can stay`} problems={warnings} onJump={onJump} />
      )}
    </>
  );
}

interface Props {
  kind: "bad" | "warn";
  title: string;
  problems: FlowProblem[];
  onJump: (problem: FlowProblem) => void;
}

function List({ kind, title, problems, onJump }: Props) {
  const derived = useDerived((all) => all);
  return (
    <section className={`found ${kind}`} aria-label={title}>
      <h3>{title}</h3>
      <ul tabIndex={0} aria-label={title}>
        {problems.map((one) => (
          <li key={`${one.code} ${one.block} ${one.path} ${one.message}`}>
            {one.block > 0 && (
              <button type="button" className="button link" onClick={() => onJump(one)}>
                {titleOf(derived, one.block)}
              </button>
            )}
            <span>{one.message}</span>
            {one.hint && <small>{one.hint}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
