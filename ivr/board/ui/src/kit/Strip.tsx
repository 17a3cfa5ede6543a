import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem";
import { common } from "../words/en/common";
import { Button } from "./Button";
import { Icon } from "./Icon";

const icons = { info: Info, warn: TriangleAlert, bad: CircleAlert };

interface Props {
  kind?: "info" | "warn" | "bad";
  text: ReactNode;
  /** Buttons. */
  children?: ReactNode;
}

/** A line across the screen about its state. It stays until that state is over. */
export function Strip({ kind = "info", text, children }: Props) {
  return (
    <div className={`strip ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      <Icon of={icons[kind]} />
      <span>{text}</span>
      {children}
    </div>
  );
}

/** What could not be loaded, why, and a way to try again. */
export function ProblemStrip({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <Strip kind={problem.offline ? "warn" : "bad"} text={problem.message}>
      {retry && <Button onClick={retry}>{common.tryAgain}</Button>}
    </Strip>
  );
}
