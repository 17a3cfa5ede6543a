import { useCallback, useEffect, useState } from "react";
import { type Answer, api, asProblem, type Problem } from "./client";

export interface Loaded<T> {
  /** What came last; it stays while it is loaded anew. */
  data: T | undefined;
  etag: string | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
}

/** GET a path and keep what it says. A null path asks nothing. Another path starts over. */
export function useLoad<T>(path: string | null): Loaded<T> {
  const [got, setGot] = useState<{ path: string | null; answer?: Answer<T>; problem?: Problem; done: boolean }>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    setGot((before) => (before?.path === path ? { ...before, done: false } : { path, done: false }));
    api.request<T>("GET", path, { signal: stop.signal }).then(
      (answer) => !stop.signal.aborted && setGot({ path, answer, done: true }),
      (error: unknown) =>
        !stop.signal.aborted && setGot((before) => ({ path, answer: before?.answer, problem: asProblem(error), done: true })),
    );
    return () => stop.abort();
  }, [path, round]);
  const mine = got?.path === path ? got : undefined;
  return {
    data: mine?.answer?.data,
    etag: mine?.answer?.etag ?? null,
    problem: mine?.problem ?? null,
    loading: path !== null && !mine?.done,
    reload: useCallback(() => setRound((before) => before + 1), []),
  };
}
