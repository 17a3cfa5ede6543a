import { asProblem, Problem } from "../api/problem";
import { type Parts, write } from "./document";
import type { FlowDocument, Saved } from "./types";

/** What became of the last change: the top bar and the strips tell it. */
export type Saving =
  | { state: "saved"; at: number | null }
  | { state: "changed" | "saving"; at: number | null }
  /** Not reached, tried again by itself. */
  | { state: "offline"; at: number | null; problem: Problem }
  /** The server does not take it. */
  | { state: "refused"; at: number | null; problem: Problem }
  /** Somebody else saved in between: `document` is what is there. */
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

/** Saves a flow as its draft: a moment after the last change, one request at a time, again and again while offline. */
export function createSaver(
  ground: Ground,
  parts: () => Parts,
  tell: (saving: Saving) => void,
  checked: (saved: Saved) => void,
): Saver {
  let id = "";
  let etag = "";
  let saved: Parts | null = null;
  let at: number | null = null;
  let running: Promise<void> | null = null;
  let cancel = () => {};
  let tries = 0;
  let blocked = false;
  /** What was sent without an answer: it may have arrived all the same. */
  let lost: FlowDocument | null = null;

  const clean = () => {
    const now = parts();
    return saved === null || (saved.flow === now.flow && saved.places === now.places && saved.notes === now.notes);
  };

  function later(ms: number): void {
    cancel();
    cancel = ground.wait(() => void run().catch(() => {}), ms);
  }

  async function once(): Promise<void> {
    const sent = parts();
    const mine = id;
    const document = write(sent);
    tell({ state: "saving", at });
    try {
      const answer = await ground.send(id, etag, document);
      if (mine !== id) return;
      lost = null;
      etag = `"${answer.version}"`;
      saved = { flow: sent.flow, places: sent.places, notes: sent.notes };
      at = ground.now();
      tries = 0;
      checked(answer);
      tell({ state: clean() ? "saved" : "changed", at });
    } catch (caught) {
      if (mine !== id) return;
      failed(asProblem(caught), document);
    }
  }

  function failed(problem: Problem, sent: FlowDocument): void {
    const unanswered = lost;
    if (problem.offline || problem.status >= 500) lost = sent;
    if (problem.status === 412) {
      const { document, version } = problem.body as { document: FlowDocument; version: number };
      if (unanswered && arrived(unanswered, document)) {
        etag = `"${version}"`;
        lost = null;
        return;
      }
      blocked = true;
      tell({ state: "conflict", at, problem, document, version });
    } else if (problem.offline || problem.status === 401 || problem.status >= 500) {
      tell(problem.offline ? { state: "offline", at, problem } : { state: "refused", at, problem });
      later(Math.min(1000 * 2 ** tries++, longest));
    } else {
      tell({ state: "refused", at, problem });
    }
    throw problem;
  }

  function run(): Promise<void> {
    cancel();
    if (blocked) return Promise.reject(new Problem(412, null, "It was saved elsewhere: choose which one to keep."));
    running ??= (async () => {
      while (!clean()) await once();
    })().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    start(flow, tag, loaded) {
      cancel();
      [id, etag, saved, blocked, tries, running, lost] = [flow, tag, loaded, false, 0, null, null];
      tell({ state: "saved", at: null });
    },
    changed() {
      if (saved === null || blocked) return;
      if (clean()) return tell({ state: "saved", at });
      if (running) return;
      if (tries === 0) tell({ state: "changed", at });
      later(tries === 0 ? quiet : Math.min(1000 * 2 ** tries, longest));
    },
    flush: run,
    clean,
    etag: () => etag,
    stop: () => cancel(),
  };
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
  return JSON.stringify(value) === '{"set":true}';
}
