import { asProblem, Problem } from "../api/problem";
import { model as t } from "../words/en/model";
import { type Parts, write } from "./document";
import type { FlowDocument, Saved } from "./types";

/** The state of the last change, which the top bar and the strips show. */
export type Saving =
  | { state: "saved"; at: number | null }
  | { state: "changed" | "saving"; at: number | null }
  /** Not reached, tried again by itself. */
  | { state: "offline"; at: number | null; problem: Problem }
  /** The server does not take it. */
  | { state: "refused"; at: number | null; problem: Problem }
  /** It was saved elsewhere in between: `document` is what is there. */
  | { state: "conflict"; at: number | null; problem: Problem; document: FlowDocument; version: number };

/** What saving stands on, so that tests can put their own. */
export interface Ground {
  send: (id: string, etag: string, document: FlowDocument) => Promise<Saved>;
  wait: (run: () => void, ms: number) => () => void;
  now: () => number;
}

export interface Saver {
  /** Begin with what was loaded; it counts as saved. */
  start(id: string, etag: string, parts: Parts): void;
  /** Something changed: it is saved in a moment. */
  changed(): void;
  /** Save what is on the screen, now. Throws the Problem when that can't be. */
  flush(): Promise<void>;
  /** Whatever was typed is on the server. */
  clean(): boolean;
  etag(): string;
  stop(): void;
}

const quiet = 600;
const longest = 15_000;

/** What is known of the draft on the server, and of the tries to save it. */
interface Kept {
  id: string;
  etag: string;
  saved: Parts | null;
  at: number | null;
  tries: number;
  /** It was saved elsewhere: nothing more is sent until the author chooses. */
  blocked: boolean;
  /** What was sent without an answer: it may have arrived all the same. */
  lost: FlowDocument | null;
}

/** The result of a failed try: what to show (null when it arrived after all), and what the page knows since. */
function failure(kept: Kept, problem: Problem, sent: FlowDocument): { known: Partial<Kept>; told: Saving | null } {
  const { at } = kept;
  if (problem.status === 412) {
    const { document, version } = problem.body as { document: FlowDocument; version: number };
    if (kept.lost && arrived(kept.lost, document)) return { known: { etag: `"${version}"`, lost: null }, told: null };
    return { known: { blocked: true }, told: { state: "conflict", at, problem, document, version } };
  }
  const unanswered = problem.offline || problem.status >= 500;
  const state = problem.offline ? "offline" : "refused";
  return { known: unanswered ? { lost: sent } : {}, told: { state, at, problem } };
}

/** Whether a later try may go better. */
const passing = (problem: Problem) => problem.offline || problem.status === 401 || problem.status >= 500;

/** Saves a flow as its draft: a moment after the last change, one request at a time, again and again while offline. */
export function createSaver(
  ground: Ground,
  parts: () => Parts,
  tell: (saving: Saving) => void,
  checked: (saved: Saved) => void,
): Saver {
  const kept: Kept = { id: "", etag: "", saved: null, at: null, tries: 0, blocked: false, lost: null };
  let running: Promise<void> | null = null;
  let cancel = () => {};
  const clean = () => sameParts(kept.saved, parts());

  function later(ms: number): void {
    cancel();
    cancel = ground.wait(() => void run().catch(() => {}), ms);
  }

  async function once(): Promise<void> {
    const { flow, places, notes } = parts();
    const mine = kept.id;
    const document = write({ flow, places, notes });
    tell({ state: "saving", at: kept.at });
    try {
      const answer = await ground.send(mine, kept.etag, document);
      if (mine !== kept.id) return;
      Object.assign(kept, {
        lost: null,
        etag: `"${answer.version}"`,
        saved: { flow, places, notes },
        at: ground.now(),
        tries: 0,
      });
      checked(answer);
      tell({ state: clean() ? "saved" : "changed", at: kept.at });
    } catch (caught) {
      if (mine === kept.id) failed(asProblem(caught), document);
    }
  }

  function failed(problem: Problem, sent: FlowDocument): void {
    const { known, told } = failure(kept, problem, sent);
    Object.assign(kept, known);
    if (!told) return;
    tell(told);
    if (passing(problem)) later(Math.min(1000 * 2 ** kept.tries++, longest));
    throw problem;
  }

  function run(): Promise<void> {
    cancel();
    if (kept.blocked) return Promise.reject(new Problem(412, null, t.itWasSavedElsewhereChoose));
    running ??= (async () => {
      while (!clean()) await once();
    })().finally(() => {
      running = null;
    });
    return running;
  }

  function changed(): void {
    if (kept.saved === null || kept.blocked) return;
    if (clean()) return tell({ state: "saved", at: kept.at });
    if (running) return;
    if (kept.tries === 0) tell({ state: "changed", at: kept.at });
    later(kept.tries === 0 ? quiet : Math.min(1000 * 2 ** kept.tries, longest));
  }

  function start(id: string, etag: string, saved: Parts): void {
    cancel();
    Object.assign(kept, { id, etag, saved, blocked: false, tries: 0, lost: null });
    running = null;
    tell({ state: "saved", at: null });
  }
  return { start, changed, flush: run, clean, etag: () => kept.etag, stop: () => cancel() };
}

/** Whether nothing changed since it was saved; so it is before anything was. */
function sameParts(saved: Parts | null, now: Parts): boolean {
  return saved === null || (saved.flow === now.flow && saved.places === now.places && saved.notes === now.notes);
}

/** Whether what the server has is what was sent to it; of secrets it only says that they are set. */
export function arrived(sent: unknown, there: unknown): boolean {
  if (sent === there) return true;
  if (!sent || !there || typeof sent !== typeof there || typeof sent !== "object")
    return typeof sent === "string" && isSet(there);
  if (isSet(there) && isSet(sent)) return true;
  if (Array.isArray(sent) !== Array.isArray(there)) return false;
  const [a, b] = [sent, there] as Record<string, unknown>[] as [Record<string, unknown>, Record<string, unknown>];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => (a[key] === undefined ? b[key] === undefined : arrived(a[key], b[key])));
}

function isSet(value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as { set?: unknown }).set === true;
}
