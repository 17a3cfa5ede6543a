import { useCallback, useEffect, useState } from "react";
import { type Answer, api } from "./client";
import { address, type Operation, type PathOf, type Reply, type Where } from "./contract";
import { asProblem, type Problem } from "./problem";

export interface Loaded<T> {
  /** What came last; it stays while it is loaded anew. */
  data: T | undefined;
  etag: string | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
}

type Get<P extends PathOf<"get">> = Operation<P, "get">;
type Given<O> = Record<never, never> extends Where<O> ? [where?: Where<O>] : [where: Where<O>];

/** GET an address and keep what it says. Null asks nothing. Another address starts over. */
export function useLoad<P extends PathOf<"get">>(template: P | null, ...[where]: Given<Get<P>>): Loaded<Reply<Get<P>>> {
  type T = Reply<Get<P>>;
  const path = template === null ? null : address(template, where);
  const [got, setGot] = useState<{ path: string | null; answer?: Answer<T>; problem?: Problem; done: boolean }>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    setGot((before) => (before?.path === path ? { ...before, done: false } : { path, done: false }));
    api.load<T>(path, stop.signal).then(
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
