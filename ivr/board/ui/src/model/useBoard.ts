import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { common } from "../words/en/common";
import { model as t } from "../words/en/model";
import { fill } from "../words/fill";
import { useBootstrap } from "./bootstrap";
import { type Derived, problemsOf } from "./derived";
import { type LiveCall, type LiveStore, live } from "./live";
import { apart } from "./names";
import { changedSince, type Since, sinceWords } from "./published";
import { fieldNamed } from "./schema";
import { type BoardState, type BoardStore, board } from "./store";
import type { Available, Block, FlowProblem, Port } from "./types";

/** The board that components draw: the one being edited, unless something above puts another in its place. */
export const Here = createContext<{ board: BoardStore; live: LiveStore }>({ board, live });

export function useBoard<T>(selector: (state: BoardState) => T): T {
  return useStore(useContext(Here).board, selector);
}

/** The store itself, for event handlers: `useBoardStore().getState().connect(…)`. */
export function useBoardStore(): BoardStore {
  return useContext(Here).board;
}

export function useLive<T>(selector: (state: LiveCall) => T): T {
  return useStore(useContext(Here).live, selector);
}

/** A part of what follows from the flow. */
export function useDerived<T>(selector: (derived: Derived) => T): T {
  useBootstrap((state) => state.bootstrap);
  return useBoard((state) => selector(state.derived()));
}

export function useBlock(number: number): Block | undefined {
  return useDerived((derived) => derived.blocks.get(number));
}

const noPorts: readonly Port[] = [];

export function usePorts(number: number): readonly Port[] {
  return useDerived((derived) => derived.ports.get(number) ?? noPorts);
}

/** The problems of a block (0: of the flow itself), errors first. */
export function useProblems(number: number): readonly FlowProblem[] {
  return useBoard((state) => problemsOf(state.checked.problems, number));
}

/** The variables that a block may use, as the server found when it last saw the flow; null when it has not seen the block. */
export function useAvailable(number: number): readonly Available[] | null {
  return useBoard((state) => state.checked.available[number] ?? null);
}

const unchanged: ReadonlyMap<number, Since> = new Map();

/** The blocks that are not as they were published. */
export function useSince(): ReadonlyMap<number, Since> {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  return useBoard((state) => (state.readOnly ? unchanged : changedSince(state.flow, state.published, bootstrap)));
}

/** How a block differs from what is live, in words; "" when it does not. */
export function useSinceWords(number: number): string {
  const since = useSince().get(number);
  const revision = useBoard((state) => state.published?.revision ?? 0);
  return since ? sinceWords(since, revision) : "";
}

/** The title of a block: its author's, or else its action's. */
export function titleOf(derived: Derived, number: number): string {
  const block = derived.blocks.get(number);
  return block?.title || derived.actions.get(number)?.title || block?.action.type || fill(t.block, { number });
}

const names = new WeakMap<Derived, ReadonlyMap<number, string>>();

/** The title of a block where it stands without its number; with it, where another block would read the same. */
export function nameOf(derived: Derived, number: number): string {
  let found = names.get(derived);
  if (!found) {
    found = apart([...derived.blocks.keys()].map((one) => [one, titleOf(derived, one)] as const));
    names.set(derived, found);
  }
  return found.get(number) ?? titleOf(derived, number);
}

/** Where a problem is: "3. Look up the order", and the field of it. */
export function placeOf(derived: Derived, { block, path }: Pick<FlowProblem, "block" | "path">): string {
  if (block === 0) return common.theFlow;
  const field = fieldNamed(derived.actions.get(block)?.schema ?? {}, path);
  return `${block}. ${titleOf(derived, block)}${field && ` › ${field}`}`;
}
