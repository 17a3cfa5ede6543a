import { CircleAlert, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { Button } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { Popover } from "../kit/Popover";
import { focusField, openSettings } from "../model/desk";
import type { FlowProblem } from "../model/types";
import { placeOf, useBoard, useBoardStore, useDerived } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";

function Row({ problem, close }: { problem: FlowProblem; close: () => void }) {
  const board = useBoardStore();
  const where = useDerived((derived) => placeOf(derived, problem));
  const bad = problem.level === "error";

  function open(): void {
    close();
    if (!problem.block) return openSettings(board.getState().select);
    board.getState().show(problem.block);
    focusField(problem.block, problem.path);
  }

  return (
    <li>
      <button type="button" className="option problem" onClick={open}>
        <Icon of={bad ? CircleAlert : TriangleAlert} className={bad ? "bad" : "warn"} label={bad ? t.error : t.warning} />
        <span>
          <strong>{where}</strong>
          {problem.message} {problem.hint}
        </span>
      </button>
    </li>
  );
}

/** “2 to check”, and the list behind it: errors first, each leads to where it is. */
export function Problems() {
  const problems = useBoard((state) => state.checked.problems);
  const order = useDerived((derived) => derived.order);
  const sorted = useMemo(() => {
    const at = new Map(order.map((number, index) => [number, index]));
    const rank = (one: FlowProblem) => (one.level === "error" ? 0 : 1e6) + (at.get(one.block) ?? -1);
    return [...problems].sort((a, b) => rank(a) - rank(b));
  }, [problems, order]);
  if (!problems.length) return null;
  const bad = problems.some((problem) => problem.level === "error");
  return (
    <Popover
      label={t.toCheckHeading}
      align="end"
      button={(trigger) => (
        <Button
          {...trigger}
          className={`to-check ${bad ? "bad" : "warn"}`}
          icon={bad ? CircleAlert : TriangleAlert}
          aria-label={fill(t.toCheck, { count: problems.length })}
        >
          <span>
            {problems.length}
            <span className="word"> {t.toCheckWord}</span>
          </span>
        </Button>
      )}
    >
      {(close) => (
        <ul className="problems">
          {sorted.map((problem, index) => (
            <Row key={index} problem={problem} close={close} />
          ))}
        </ul>
      )}
    </Popover>
  );
}
