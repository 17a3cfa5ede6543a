import { createStore } from "zustand";

/** Where a call is on the board. */
export interface LiveCall {
  /** A call, or the trace of one, is shown: what it did not meet is drawn grey. */
  active: boolean;
  /** The block it is at; null before and after. */
  here: number | null;
  /** Wires it went along: `3:success`. */
  travelled: ReadonlySet<string>;
  visited: ReadonlySet<number>;
  /** The view goes where the call goes. Touching the board ends it. */
  follow: boolean;
}

const idle: LiveCall = { active: false, here: null, travelled: new Set(), visited: new Set(), follow: true };

export type LiveStore = ReturnType<typeof createLive>;

/** The state of a call on one board. */
export function createLive(initial: Partial<LiveCall> = {}) {
  return createStore<LiveCall>(() => ({ ...idle, ...initial }));
}

/** That of the board being edited: the test call writes it. */
export const live = createLive();

/** A call begins: nothing was met yet. */
export function liveStarted(store: LiveStore = live): void {
  store.setState({ ...idle, active: true });
}

/** The call comes to a block, by the port of the one before. */
export function liveEntered(number: number, by?: { from: number; port: string }, store: LiveStore = live): void {
  store.setState(({ visited, travelled }) => ({
    active: true,
    here: number,
    visited: new Set([...visited, number]),
    travelled: by ? new Set([...travelled, `${by.from}:${by.port}`]) : travelled,
  }));
}

/** The call is over: its path stays until it is cleared. */
export function liveEnded(store: LiveStore = live): void {
  store.setState({ here: null });
}

/** The board is as before. */
export function liveCleared(store: LiveStore = live): void {
  store.setState(idle);
}
