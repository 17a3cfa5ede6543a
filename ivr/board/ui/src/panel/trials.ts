import { create } from "zustand";
import { api, asProblem, Problem } from "../api/client";
import type { Reply } from "../model/reply";
import { board } from "../model/store";
import { useTestCall } from "../phone/testCall";

/** The test request of one block: under way, answered, or refused. */
export interface Trial {
  sending: AbortController | null;
  reply: Reply | null;
  problem: Problem | null;
  /** The block's settings that were sent, to tell whether they still are the same. */
  sent: unknown;
}

const none: Trial = { sending: null, reply: null, problem: null, sent: null };

/** By flow and block, so that an answer is still there when one comes back to the block. */
const useTrials = create<Record<string, Trial>>(() => ({}));
const key = (flow: string, block: number) => `${flow}/${block}`;

export function useTrial(flow: string, block: number): Trial {
  return useTrials((all) => all[key(flow, block)] ?? none);
}

/** Send the request of a block, as it is on the screen, with sample values. */
export async function send(flow: string, block: number, values: Record<string, string>): Promise<void> {
  const sending = new AbortController();
  const put = (trial: Partial<Trial>) => useTrials.setState((all) => ({ [key(flow, block)]: { ...none, ...all[key(flow, block)], ...trial } }));
  const document = board.getState().document();
  const sent = document.blocks.find((each) => each.number === block)?.action;
  put({ sending, problem: null });
  try {
    const path = `/api/flows/${encodeURIComponent(flow)}/test-request`;
    const reply = await api.post<Reply>(path, { document, block, values }, { signal: sending.signal });
    put({ reply, problem: null, sent });
  } catch (error) {
    if (!sending.signal.aborted) put({ reply: null, problem: asProblem(error), sent });
  } finally {
    put({ sending: null });
  }
}

/** What the variables held in the last test call of a flow, as far as it may be seen. */
export function fromLastCall(flow: string, names: readonly string[]): Record<string, string> {
  const { flow: called, call } = useTestCall.getState();
  const held = called === flow ? (call?.variables ?? {}) : {};
  const found = names.map((name) => [name, held[name]?.value] as const).filter(([, value]) => value !== undefined && value !== null);
  const texts = found.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const);
  return Object.fromEntries(texts.filter(([, text]) => !text.includes("•••")));
}

const place = (flow: string) => `ivr.test-values.${flow}`;

/** Sample values of a flow, as they were last filled in on this browser. */
export function remembered(flow: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(place(flow)) ?? "{}");
    return Object.fromEntries(Object.entries(read ?? {}).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}

export function remember(flow: string, values: Record<string, string>): void {
  try {
    localStorage.setItem(place(flow), JSON.stringify({ ...remembered(flow), ...values }));
  } catch {
    // a browser that keeps nothing: they are typed again
  }
}
