import { useCallback, useEffect, useMemo, useState } from "react";
import { api } from "../api/client";
import type { Schemas } from "../api/contract";
import { asProblem, type Problem } from "../api/problem";
import { type CallFilter, merged } from "../model/calls";
import type { CallRow } from "../model/types";
import { useLiveCalls } from "./useLiveCalls";

type Pages = Schemas["CallPage"] & { key: string };

/** Calls that a filter lets through, page by page, and kept as they are now. */
export function useCalls(filter: CallFilter & { zone: string }) {
  const key = JSON.stringify(filter);
  const [pages, setPages] = useState<Pages | null>(null);
  const [changed, setChanged] = useState<ReadonlyMap<string, CallRow>>(new Map());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);

  const load = useCallback(
    async (before: string | null, signal?: AbortSignal) => {
      const query = { ...(JSON.parse(key) as typeof filter), before, limit: 50 };
      return api.get("/api/calls", { query, signal });
    },
    [key],
  );

  useEffect(() => {
    const stop = new AbortController();
    setChanged(new Map());
    load(null, stop.signal).then(
      (page) => {
        setPages({ ...page, key });
        setProblem(null);
      },
      (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)),
    );
    return () => stop.abort();
  }, [load, key, round]);

  useLiveCalls(
    (call) => setChanged((before) => new Map(before).set(call.id, call)),
    () => setRound((before) => before + 1),
  );

  const older = useCallback(async () => {
    const last = pages?.calls.at(-1);
    if (!pages || !last || busy) return;
    setBusy(true);
    try {
      const page = await load(last.id);
      setPages((now) => (now?.key === pages.key ? { ...page, key: now.key, calls: [...now.calls, ...page.calls] } : now));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }, [pages, busy, load]);

  const calls = useMemo(
    () => (pages ? merged(pages.calls, changed, JSON.parse(key) as CallFilter, pages.more) : []),
    [pages, changed, key],
  );
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { calls, loading: pages?.key !== key && !problem, more: pages?.more ?? false, busy, problem, older, reload };
}
