import { create } from "zustand";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { board } from "../model/store";
import type { Config, Reply, Value } from "../model/types";
import { heldBefore, useTestCall } from "../phone/testCall";

/** The test request of one block: under way, answered, or refused. */
export interface Trial {
  sending: AbortController | null;
  reply: Reply | null;
  problem: Problem | null;
  /** The block's settings that were sent, to tell whether they still are the same. */
  sent: Config | null;
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
  const put = (trial: Partial<Trial>) =>
    useTrials.setState((all) => ({ [key(flow, block)]: { ...none, ...all[key(flow, block)], ...trial } }));
  const document = board.getState().document();
  const sent = document.blocks?.find((each) => each.number === block)?.action ?? null;
  put({ sending, problem: null });
  try {
    const reply = await api.post("/api/flows/{id}/test-request", {
      path: { id: flow },
      body: { document, block, values },
      signal: sending.signal,
    });
    put({ reply, problem: null, sent });
  } catch (error) {
    if (!sending.signal.aborted) put({ reply: null, problem: asProblem(error), sent });
  } finally {
    put({ sending: null });
  }
}

/** What the variables held in the last test call of a flow, as far as it may be seen; who calls is known before any. */
export function fromLastCall(flow: string, names: readonly string[]): Record<string, string> {
  const held: Record<string, Value> = { ANI: useTestCall.getState().caller, ...heldBefore(flow) };
  const found = names.map((name) => [name, held[name]] as const).filter(([, value]) => value !== undefined && value !== null);
  const texts = found.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const);
  return Object.fromEntries(texts.filter(([, text]) => !text.includes("•••")));
}
