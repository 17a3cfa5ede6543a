import { create } from "zustand";
import { api, asProblem, type Problem } from "../api/client";
import { type Live, live as listen, type LiveState } from "../api/live";
import { announce } from "../kit/announce";
import { type CallEvent, ending, heard, type HeardCall, unheard } from "../model/call";
import { live, liveCleared, liveStarted } from "../model/live";
import { board } from "../model/store";
import type { FlowDocument } from "../model/types";
import { titleOf } from "../model/useBoard";
import { sound } from "./sound";

/** The test call of this page: there is one at most. */
export interface TestCall {
  /** The flow it belongs to. */
  flow: string;
  which: "draft" | "live";
  caller: string;
  /** Values that are known before the call begins, of an earlier one. */
  values: Record<string, string>;
  id: string | null;
  dialling: boolean;
  call: HeardCall | null;
  /** When it began, by the clock of this page. */
  began: number;
  line: LiveState;
  /** Why it could not be called, or what went wrong with a key. */
  problem: Problem | null;
}

const idle = {
  flow: "", which: "draft" as const, caller: "+15550123456", values: {}, id: null, dialling: false, call: null, began: 0,
  line: "closed" as const, problem: null,
};

export const useTestCall = create<TestCall>(() => idle);

let socket: Live | null = null;
let waiting = "";
let pressing = false;

export const isUp = ({ call, dialling }: Pick<TestCall, "call" | "dialling">): boolean =>
  dialling || (call !== null && call.phase !== "ended");

/** Call the flow: as it is on the screen, or as it is live. */
export async function dial(): Promise<void> {
  const { flow, which, caller, values } = useTestCall.getState();
  socket?.close();
  sound.open();
  useTestCall.setState({ dialling: true, call: null, id: null, problem: null });
  try {
    const document = which === "draft" ? await draft() : await published(flow);
    const { id } = await api.post<{ id: string }>("/api/test-calls", { document, caller, values });
    const gone = useTestCall.getState();
    if (gone.flow !== flow || !gone.dialling) return void hangUpAt(id);
    liveStarted();
    useTestCall.setState({ id, dialling: false, call: unheard, began: Date.now() });
    watch(id);
  } catch (error) {
    useTestCall.setState({ dialling: false, problem: asProblem(error) });
  }
}

async function draft(): Promise<FlowDocument> {
  // What can't be saved now can be called all the same: the call gets what is on the screen.
  await board.getState().flush().catch(() => {});
  return board.getState().document();
}

async function published(flow: string): Promise<unknown> {
  const path = `/api/flows/${encodeURIComponent(flow)}/revisions`;
  const revisions = await api.get<{ number: number; live: boolean }[]>(path);
  const now = revisions.find((revision) => revision.live);
  if (!now) throw new Error("This flow has never been published.");
  return api.get(`${path}/${now.number}`);
}

function watch(id: string): void {
  socket = listen<CallEvent>(`/api/test-calls/${encodeURIComponent(id)}/events`, {
    onEvent: happened,
    onState: (line) => {
      useTestCall.setState({ line });
      const { call } = useTestCall.getState();
      // The server knows nothing of it any more: it was started anew.
      if (line === "closed" && call && call.phase !== "ended") lost(call);
    },
  });
}

function lost(call: HeardCall): void {
  const end: CallEvent = {
    seq: (call.events.at(-1)?.seq ?? 0) + 1, t: Date.now() - useTestCall.getState().began, kind: "end", block: 0,
    text: "The server has lost the call.", detail: { by: "carrier" },
  };
  happened(end);
}

function happened(event: CallEvent): void {
  const before = useTestCall.getState().call;
  if (!before) return;
  const call = heard(before, event);
  const began = before.events.length ? useTestCall.getState().began : Date.now() - event.t;
  useTestCall.setState({ call, began });
  sound.heard(event);
  live.setState({ active: true, here: call.here, travelled: call.travelled, visited: call.visited });
  const words = said(event, call);
  if (words) announce(words);
  mark(event);
}

/** For whoever measures how fast events arrive: the browser's own timeline has them. */
function mark(event: CallEvent): void {
  performance.mark("call-event", { detail: { seq: event.seq, t: event.t, kind: event.kind } });
}

/** What those hear who don't see it. The words of the call sound by themselves. */
function said(event: CallEvent, call: HeardCall): string {
  if (event.kind === "enter") return event.text || titleOf(board.getState().derived(), event.block);
  if (event.kind === "sms") return `Text to ${String(event.detail?.to ?? "")}: ${event.text ?? ""}`;
  if (event.kind === "hold") return "Hold music";
  if (event.kind === "error") return event.text ?? "";
  return event.kind === "end" ? `Call ended. ${ending(call.events)}` : "";
}

/** Press keys, one after the other, however fast they come. */
export function press(keys: string): void {
  const { call, id } = useTestCall.getState();
  if (!call || !id || call.phase === "ended") return;
  if (call.listens.includes("dtmf")) sound.bargeIn();
  waiting += keys;
  if (!pressing) void send(id);
}

async function send(id: string): Promise<void> {
  pressing = true;
  try {
    while (waiting && useTestCall.getState().id === id) {
      const digits = waiting.slice(0, 50);
      waiting = waiting.slice(digits.length);
      await api.post(`/api/test-calls/${encodeURIComponent(id)}/keys`, { digits });
    }
  } catch (error) {
    useTestCall.setState({ problem: asProblem(error) });
  } finally {
    waiting = "";
    pressing = false;
  }
}

export async function speak(text: string): Promise<void> {
  const { id, call } = useTestCall.getState();
  if (!id || !call || call.phase === "ended" || !text.trim()) return;
  sound.bargeIn();
  try {
    await api.post(`/api/test-calls/${encodeURIComponent(id)}/speech`, { text });
  } catch (error) {
    useTestCall.setState({ problem: asProblem(error) });
  }
}

export function hangUp(): void {
  const { id, call } = useTestCall.getState();
  sound.stop();
  if (id && call && call.phase !== "ended") void hangUpAt(id);
  useTestCall.setState({ dialling: false });
}

function hangUpAt(id: string): Promise<void> {
  return api
    .post<void>(`/api/test-calls/${encodeURIComponent(id)}/hang-up`)
    .catch((error: unknown) => useTestCall.setState({ problem: asProblem(error) }));
}

/** The column is closed, or another flow is opened: nobody is on the phone any more. */
export function putAway(): void {
  hangUp();
  socket?.close();
  socket = null;
  waiting = "";
  useTestCall.setState({ id: null, call: null, problem: null, dialling: false });
  liveCleared();
}

/** A phone for this flow. Values of an earlier call, and who called, are kept for the flow they belong to. */
export function pickUp(flow: string): void {
  if (useTestCall.getState().flow !== flow) useTestCall.setState({ ...idle, flow, caller: useTestCall.getState().caller });
}
