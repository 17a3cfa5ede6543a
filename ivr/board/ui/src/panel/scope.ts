import { createContext, useContext } from "react";
import type { FlowProblem } from "../api/problem";
import type { Action, Available, Config, Schema, Value } from "../model/types";
import type { Widgets } from "./widgets/draw";

/** What the fields of one block work with. */
export interface Scope {
  flow: string;
  block: number;
  action: Action;
  config: Config;
  root: Schema;
  readOnly: boolean;
  available: readonly Available[];
  /** Whether the server has said what is available: it has not for a block that was just added. */
  seen: boolean;
  /** The pattern of a reference. */
  reference: string;
  /** The block's problems, by the path within its action. */
  problems: ReadonlyMap<string, readonly FlowProblem[]>;
  /** A value at a path; undefined takes it out. */
  set: (path: string, value: Value) => void;
  widgets: Widgets;
  /** What stands at a path now, for what happens later than the drawing. */
  now: (path: string) => Value;
  /** Whether what is pasted into a field goes elsewhere. */
  takes: (path: string, text: string) => boolean;
}

const ScopeContext = createContext<Scope | null>(null);
export const ScopeProvider = ScopeContext.Provider;

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error("a field stands outside of a panel");
  return scope;
}

/** Problems by their path within the action, without those about wires. */
export function byPath(problems: readonly FlowProblem[]): Map<string, FlowProblem[]> {
  const found = new Map<string, FlowProblem[]>();
  for (const problem of problems) {
    const path = problem.path.replace(/^action\.?/, "");
    if (problem.path.startsWith("exits")) continue;
    found.set(path, [...(found.get(path) ?? []), problem]);
  }
  return found;
}

/** The problems at a path and below it. */
export function within(problems: Scope["problems"], path: string): FlowProblem[] {
  const below = (each: string) => each === path || each.startsWith(`${path}.`) || each.startsWith(`${path}[`);
  return [...problems].filter(([each]) => below(each)).flatMap(([, found]) => found);
}

/** The sentence for a field: what is wrong, and what to do. */
export function told(problems: readonly FlowProblem[], level: FlowProblem["level"]): string {
  const those = problems.filter((problem) => problem.level === level);
  const first = those.find((problem) => problem.fix) ?? those[0]; // what a click puts right tells more
  return first ? [first.message, first.hint].filter(Boolean).join(" ") : "";
}
