import { create } from "zustand";
import { api } from "../api/client";
import type { Schemas } from "../api/contract";
import { type Live, type LiveState, live as listen } from "../api/live";
import { asProblem, type Problem } from "../api/problem";
import { announce } from "../kit/announce";
import { ending, flowOf, type HeardCall, heard, heardAll, unheard } from "../model/call";
import { useDesk } from "../model/desk";
import { keepCall, keptCall } from "../model/kept";
import { live, liveCleared, liveStarted } from "../model/live";
import { soundingAt } from "../model/sounding";
import { board } from "../model/store";
import type { CallEvent, FlowDocument, Value } from "../model/types";
import { nameOf } from "../model/useBoard";
import { phone as t } from "../words/en/phone";
import { fill } from "../words/fill";
import { sound } from "./sound";

/** What the API of a block answers in test calls, without being asked. */
export type Pinned = Pick<Schemas["PinnedAnswer"], "fails"> & { after: number; status: number; body: string };

/** The test call of this page: there is one at most. */
export interface TestCall {
  /** The flow it belongs to. */
  flow: string;
  which: "draft" | "live";
  caller: string;
  /** Values that are known before the call begins, of an earlier one. */
  values: Record<string, string>;
  /** What was typed in for variables that a call needs which starts in the middle. */
  given: Record<string, string>;
  /** By the numbers of blocks: what their APIs answer without being asked. */
  answers: Readonly<Record<number, Pinned>>;
  /** What the variables held in the call before. */
  before: Readonly<Record<string, Value>>;
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
  flow: "",
  which: "draft" as const,
  caller: "+15550123456",
  values: {},
  given: {},
  answers: {},
  before: {},
  id: null,
  dialling: false,
  call: null,
  began: 0,
  line: "closed" as const,
  problem: null,
};

export const useTestCall = create<TestCall>(() => idle);

let socket: Live | null = null;
let waiting = "";
let pressing = false;
/** What happened while the page was away, as long as it comes in; null: the call is heard as it happens. */
let missed: CallEvent[] | null = null;
let pause = 0;
/** Milliseconds without an event after which nothing more was missed: they come in one go. */
const PAUSE = 120;

export const isUp = ({ call, dialling }: Pick<TestCall, "call" | "dialling">): boolean =>
  dialling || (call !== null && call.phase !== "ended");

/** Which version a call is of, whatever was chosen: those who only look call what is live. */
export const versionCalled = (which: TestCall["which"], looks: boolean): TestCall["which"] => (looks ? "live" : which);

/** What variables of a flow held in its last test call: that which is under way, or the one before. */
export function heldBefore(flow: string): Readonly<Record<string, Value>> {
  const { flow: called, call, before } = useTestCall.getState();
  if (called !== flow) return {};
  const now = Object.entries(call?.variables ?? {}).map(([name, { value }]) => [name, value] as const);
  return now.length ? Object.fromEntries(now) : before;
}

/**
 * Call the flow: as it is on the screen, or as it is live. From a block on when the desk says so, with `given` for what would
 * have been set before it.
 */
export async function dial(given: Record<string, string> = {}): Promise<void> {
  const { flow, which: chosen, caller, values, answers } = useTestCall.getState();
  const which = versionCalled(chosen, board.getState().readOnly);
  const start = useDesk.getState().from;
  missed = null;
  fresh = [];
  socket?.close();
  sound.open();
  keepCall(flow, null);
  useTestCall.setState({ before: heldBefore(flow), dialling: true, call: null, id: null, problem: null });
  try {
    const called = which === "draft" ? { document: await draft() } : { revision: await published(flow) };
    const body = { ...called, caller, values: together(values, given), start, answers };
    const { id } = await api.post("/api/test-calls", { body });
    const gone = useTestCall.getState();
    if (gone.flow !== flow || !gone.dialling) return void hangUpAt(id);
    liveStarted();
    const began = Date.now();
    keepCall(flow, { id, which, caller, start, began });
    useTestCall.setState({ id, dialling: false, call: unheard, began });
    watch(id);
  } catch (error) {
    useTestCall.setState({ dialling: false, problem: asProblem(error) });
  }
}

/**
 * Take up a call again that went on while the page was loaded anew. All that happened so far comes at once, and is told by the
 * screen alone; one that the server knows no more is forgotten.
 */
export function rejoin(flow: string): void {
  const kept = keptCall(flow);
  const { dialling, id } = useTestCall.getState();
  if (!kept || dialling || id || useDesk.getState().phone) return;
  const { start, ...known } = kept;
  useTestCall.setState({ ...idle, flow, ...known });
  useDesk.setState({ from: start });
  missed = [];
  watch(kept.id);
}

/** Everything that was missed is known. */
function caughtUp(): void {
  if (!missed?.length) return;
  const events = missed;
  missed = null;
  const call = heardAll(events);
  useTestCall.setState({ call });
  liveStarted();
  shown(call);
  sound.goOn(soundingAt(events, Date.now() - useTestCall.getState().began));
  useDesk.setState({ phone: true, settings: false });
  announce(t.theTestCallGoesOn);
  if (call.phase === "ended") keepCall(useTestCall.getState().flow, null);
}

/** Values of an earlier call and those that were typed in, which go first; an empty one is not set. The server takes 200. */
function together(values: Record<string, string>, given: Record<string, string>): Record<string, string> {
  const rest = Object.entries(values).filter(([name]) => !(name in given));
  return Object.fromEntries([...Object.entries(given).filter(([, value]) => value !== ""), ...rest].slice(0, 200));
}

async function draft(): Promise<FlowDocument> {
  // What can't be saved now can be called all the same: the call gets what is on the screen.
  await board
    .getState()
    .flush()
    .catch(() => {});
  return board.getState().document();
}

async function published(flow: string): Promise<{ flow: string; number: number }> {
  const revisions = await api.get("/api/flows/{id}/revisions", { path: { id: flow } });
  const now = revisions.find((revision) => revision.live);
  if (!now) throw new Error(t.thisFlowHasNeverBeen);
  return { flow, number: now.number };
}

function watch(id: string): void {
  socket = listen("/api/test-calls/{id}/events", {
    path: { id },
    onEvent: (event) => (missed ? miss(event) : arrived(event)),
    onState: (line) => {
      useTestCall.setState({ line });
      if (line === "closed" && useTestCall.getState().id === id) closed();
    },
  });
}

function miss(event: CallEvent): void {
  missed?.push(event);
  window.clearTimeout(pause);
  pause = window.setTimeout(caughtUp, PAUSE);
}

/** The server has nothing more to tell. If the call has not ended, it knows nothing of it any more: it was started anew. */
function closed(): void {
  caughtUp();
  happened();
  const { flow, call } = useTestCall.getState();
  keepCall(flow, null);
  missed = null;
  if (!call) useTestCall.setState({ id: null });
  else if (call.phase !== "ended") lost(call);
}

function lost(call: HeardCall): void {
  const end: CallEvent = {
    seq: (call.events.at(-1)?.seq ?? 0) + 1,
    t: Date.now() - useTestCall.getState().began,
    kind: "end",
    block: 0,
    sentence: t.theServerHasLostThe,
    detail: { by: "carrier" },
  };
  arrived(end);
  happened();
}

/** Events that came since the page was drawn last, in a burst faster than it can be: it is drawn once for all of them. */
let fresh: CallEvent[] = [];

function arrived(event: CallEvent): void {
  fresh.push(event);
  if (fresh.length === 1) window.setTimeout(happened);
}

function happened(): void {
  const events = fresh;
  fresh = [];
  const { call: before, flow } = useTestCall.getState();
  const [first] = events;
  if (!before || !first) return;
  const call = events.reduce(heard, before);
  const began = before.events.length ? useTestCall.getState().began : Date.now() - first.t;
  useTestCall.setState({ call, began });
  if (call.phase === "ended") keepCall(flow, null);
  events.forEach((event) => sound.heard(event));
  shown(call);
  const words = events.map((event) => said(event, call)).filter(Boolean);
  if (words.length) announce(words.join(". "));
  events.forEach(mark);
}

function shown({ here, travelled, visited }: HeardCall): void {
  live.setState({ active: true, here, travelled, visited });
}

/** Events stand in the browser's own timeline, to measure how fast they arrive. */
function mark(event: CallEvent): void {
  performance.mark("call-event", { detail: { seq: event.seq, t: event.t, kind: event.kind } });
}

/** What those hear who don't see it. The words of the call sound by themselves. */
function said(event: CallEvent, call: HeardCall): string {
  if (event.kind === "enter") return flowOf(event) ? (event.text ?? "") : nameOf(board.getState().derived(), event.block);
  if (["start", "sms", "hold", "error"].includes(event.kind)) return event.sentence ?? "";
  return event.kind === "end" ? fill(t.callEndedHow, { how: ending(call.events) }) : "";
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
      await api.post("/api/test-calls/{id}/keys", { path: { id }, body: { digits } });
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
    await api.post("/api/test-calls/{id}/speech", { path: { id }, body: { text } });
  } catch (error) {
    useTestCall.setState({ problem: asProblem(error) });
  }
}

/** Text the flow, which may have asked for it; also after the call. */
export async function text(words: string): Promise<void> {
  const { id } = useTestCall.getState();
  if (!id || !words.trim()) return;
  try {
    await api.post("/api/test-calls/{id}/text", { path: { id }, body: { text: words } });
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
    .post("/api/test-calls/{id}/hang-up", { path: { id } })
    .catch((error: unknown) => useTestCall.setState({ problem: asProblem(error) }));
}

/** The column is closed, or another flow is opened: the call is over. */
export function putAway(): void {
  const { flow } = useTestCall.getState();
  const before = heldBefore(flow);
  hangUp();
  socket?.close();
  socket = null;
  waiting = "";
  keepCall(flow, null);
  useTestCall.setState({ before, id: null, call: null, problem: null, dialling: false });
  liveCleared();
}

/** The board of a flow is left before its call could be taken up again. */
export function leave(flow: string): void {
  const { id, flow: called } = useTestCall.getState();
  if (called !== flow || !missed) return;
  if (id) void hangUpAt(id);
  missed = null;
  putAway();
}

/** A phone for this flow. Values of an earlier call, and who called, are kept for the flow they belong to. */
export function pickUp(flow: string): void {
  if (useTestCall.getState().flow !== flow) useTestCall.setState({ ...idle, flow, caller: useTestCall.getState().caller });
}
