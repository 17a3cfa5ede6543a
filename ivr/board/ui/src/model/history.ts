import type { Parts } from "./document";

/** A state of the flow one can come back to, with what was selected in it. */
export interface Step extends Parts {
  selection: readonly number[];
}

export interface History {
  past: readonly Step[];
  future: readonly Step[];
  /** What the last change was, and when: the next of the same kind soon after is part of the same step. */
  mark: string;
  at: number;
}

const depth = 100;
/** Milliseconds without a change, after which a burst is over. */
const pause = 1500;

export const fresh: History = { past: [], future: [], mark: "", at: 0 };

/** The history after a change away from `before`. An empty mark never merges. */
export function recorded(history: History, before: Step, mark: string, now: number): History {
  const burst = mark !== "" && mark === history.mark && now - history.at < pause && history.past.length > 0;
  const past = burst ? history.past : [...history.past.slice(1 - depth), before];
  return { past, future: [], mark, at: now };
}

/** One step back or forth: the history then, and what to show. Null when there is none. */
export function stepped(history: History, now: Step, back: boolean): { history: History; step: Step } | null {
  const [from, to] = back ? [history.past, history.future] : [history.future, history.past];
  const step = from.at(-1);
  if (!step) return null;
  const [less, more] = [from.slice(0, -1), [...to, now]];
  return { step, history: { past: back ? less : more, future: back ? more : less, mark: "", at: 0 } };
}
