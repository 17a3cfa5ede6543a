import type { FlowProblem } from "../api/problem";
import { placeOf, useDerived } from "../model/useBoard";
import { publish as t } from "../words/en/publish";
import { counted } from "../words/fill";

interface Props {
  problems: FlowProblem[];
  level: FlowProblem["level"];
  onJump: (problem: FlowProblem) => void;
}

/** Errors or warnings of the draft, each leading to its field. */
export function Found({ problems, level, onJump }: Props) {
  const derived = useDerived((all) => all);
  if (problems.length === 0) return null;
  const bad = level === "error";
  const title = counted(bad ? t.errorsToMend : t.warningsCanStay, problems.length);
  return (
    <section className={`found ${bad ? "bad" : "warn"}`} aria-label={title}>
      <h3>{title}</h3>
      <ul tabIndex={0} aria-label={title}>
        {problems.map((one) => (
          <li key={`${one.code} ${one.block} ${one.path} ${one.message}`}>
            <button type="button" className="button link" onClick={() => onJump(one)}>
              {placeOf(derived, one)}
            </button>
            <span>{one.message}</span>
            {one.hint && <small>{one.hint}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
