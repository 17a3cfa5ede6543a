import { create } from "zustand";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Action, Bootstrap } from "./types";

interface BootstrapStore {
  bootstrap: Bootstrap | null;
  problem: Problem | null;
}

/** What stays the same while the server runs: its actions, above all. */
export const useBootstrap = create<BootstrapStore>(() => ({ bootstrap: null, problem: null }));

let asked: Promise<void> | null = null;

/** Ask for it once; a failure may be tried again. */
export function loadBootstrap(): Promise<void> {
  asked ??= api.get("/api/bootstrap").then(
    (bootstrap) => useBootstrap.setState({ bootstrap, problem: null }),
    (error: unknown) => {
      asked = null;
      useBootstrap.setState({ problem: asProblem(error) });
    },
  );
  return asked;
}

const byType = new WeakMap<Bootstrap, Map<string, Action>>();

/** The action of that type; undefined for one this server does not know. */
export function actionOf(bootstrap: Bootstrap | null, type: string): Action | undefined {
  if (!bootstrap) return undefined;
  let map = byType.get(bootstrap);
  if (!map) byType.set(bootstrap, (map = new Map(bootstrap.actions.map((action) => [action.type, action]))));
  return map.get(type);
}

/** The action of that type, drawn again when the server's list has come. */
export function useAction(type: string): Action | undefined {
  return useBootstrap((state) => actionOf(state.bootstrap, type));
}
