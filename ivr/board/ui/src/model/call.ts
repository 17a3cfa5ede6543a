import { Digits } from "../api/digits";
import { common } from "../words/en/common";
import { model as t } from "../words/en/model";
import { phone } from "../words/en/phone";
import { fixed } from "../words/fill";
import type { CallEvent, CallKind } from "./types";

/** A call as the board hears of it: one event after the other, and what they make of it. No React, no browser. */

export interface Variable {
  value: unknown;
  /** The event that set it last. */
  seq: number;
}

/** Where a call stands, and all that is known of it. */
export interface HeardCall {
  phase: "ringing" | "live" | "holding" | "ended";
  events: readonly CallEvent[];
  /** The block it is at, in its flow; null before, afterwards and in another flow. */
  here: number | null;
  /** The flow it went on to; "" is the one that was called. */
  flow: string;
  /** The port it left by last, until it enters the next block. */
  leaving: { from: number; port: string } | null;
  travelled: ReadonlySet<string>;
  visited: ReadonlySet<number>;
  variables: Readonly<Record<string, Variable>>;
  /** What is said to the caller right now. */
  words: string;
  /** What else sounds right now, in a word or two. */
  sound: string;
  /** What it listens for: "dtmf", "speech", "dtmf speech" or "record"; "" for nothing. */
  listens: string;
  /** Whether a question that was sent by text waits for its reply. */
  asks: boolean;
}

export const unheard: HeardCall = {
  phase: "ringing",
  events: [],
  here: null,
  flow: "",
  leaving: null,
  travelled: new Set(),
  visited: new Set(),
  variables: {},
  words: "",
  sound: "",
  listens: "",
  asks: false,
};

export const detail = (event: CallEvent, name: string): string => {
  const value = event.detail?.[name];
  return value === null || value === undefined ? "" : String(value);
};

/** The flow that a block's number belongs to; "" is the one that was called. */
export function flowOf(event: CallEvent): string {
  return event.kind === "exit" && event.port === undefined ? "" : detail(event, "flow");
}

function entered(call: HeardCall, event: CallEvent): Partial<HeardCall> {
  const flow = flowOf(event);
  if (flow) return { phase: "live", here: null, flow, leaving: null, listens: "" };
  const by = call.leaving ? `${call.leaving.from}:${call.leaving.port}` : null;
  const travelled = by ? new Set([...call.travelled, by]) : call.travelled;
  const visited = new Set([...call.visited, event.block]);
  return { phase: "live", here: event.block, flow, leaving: null, travelled, visited, listens: "" };
}

/** A block that is disabled: the way leads through it, but the call is not there. */
function passed(call: HeardCall, event: CallEvent): Partial<HeardCall> {
  if (flowOf(event)) return { leaving: null };
  const { travelled, visited } = entered(call, event);
  return { travelled, visited, leaving: { from: event.block, port: event.port ?? "" } };
}

function silenced(call: HeardCall, event: CallEvent): Partial<HeardCall> {
  const stopped = detail(event, "stopped");
  if (stopped) return { words: "", sound: "", phase: call.phase === "holding" ? "live" : call.phase };
  return event.detail?.transfer ? { sound: event.text || phone.connected, words: "" } : {};
}

function set(call: HeardCall, event: CallEvent): Partial<HeardCall> {
  const now = Object.entries(event.variables ?? {}).map(([name, value]) => [name, { value, seq: event.seq }] as const);
  return { variables: { ...call.variables, ...Object.fromEntries(now) } };
}

type Step = (call: HeardCall, event: CallEvent) => Partial<HeardCall>;

const steps: Record<CallKind, Step> = {
  ring: (call, event) => (event.detail?.transfer ? { sound: phone.isRinging, words: "" } : { phase: call.phase }),
  start: () => ({}),
  enter: entered,
  pass: passed,
  exit: (_, event) => ({ listens: "", leaving: event.port && !flowOf(event) ? { from: event.block, port: event.port } : null }),
  say: (_, event) => ({ phase: event.detail?.hold ? "holding" : "live", words: event.text ?? "", sound: "" }),
  play: (_, event) => ({ phase: "live", words: "", sound: event.text || common.audio }),
  hold: () => ({ phase: "holding", words: "", sound: common.holdMusic }),
  silence: silenced,
  listen: (_, event) => ({ listens: detail(event, "input"), phase: "live" }),
  key: (call) => (call.listens.includes("dtmf") || call.listens.includes("speech") ? { words: "", sound: "" } : {}),
  request: (_, event) => ({ sound: event.block ? phone.waitingForTheAnswer : "" }),
  response: (call) => (call.phase === "holding" ? {} : { sound: "" }),
  sms: (_, event) => (event.detail?.came === undefined ? (event.detail?.asks ? { asks: true } : {}) : { asks: false }),
  set,
  error: () => ({}),
  end: () => ({ phase: "ended", here: null, words: "", sound: "", listens: "", leaving: null }),
};

/** The call after one more event. */
export function heard(call: HeardCall, event: CallEvent): HeardCall {
  const step = steps[event.kind];
  const next = { ...call, events: [...call.events, event], ...(step ? step(call, event) : {}) };
  // Texts and event handlers may follow the end: the call is over all the same.
  return call.phase === "ended" ? { ...next, phase: "ended", here: null, words: "", sound: "", listens: "" } : next;
}

/** The call after all of these. */
export function heardAll(events: readonly CallEvent[]): HeardCall {
  let call = unheard;
  for (const event of events) call = heard(call, event);
  return { ...call, events };
}

/** How a call ended, in a few words; "" while it has not. */
export function ending(events: readonly CallEvent[]): string {
  const end = events.find((event) => event.kind === "end");
  if (!end) return "";
  const last = events.findLast((event) => event.kind === "error" && event.level === "error");
  const by = detail(end, "by");
  if (by === "failure" || (last && detail(last, "code") === "no_exit")) return last?.text ?? phone.itFailed;
  if (by === "caller") return t.callerHungUp;
  return by === "carrier" ? phone.theLineWasClosed : t.completed;
}

/** Seconds as the timeline tells them: 0.4, 12.1, 1:04. */
export function clock(t: number): string {
  const seconds = t / 1000;
  return seconds < 60 ? fixed(seconds, 1) : minutes(t);
}

/** Minutes and seconds: 0:02. */
export function minutes(t: number): string {
  const whole = Math.max(0, Math.floor(t / 1000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A value as text; nested ones as JSON. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Digits) return value.text;
  return value === null || value === undefined
    ? ""
    : typeof value === "object"
      ? JSON.stringify(value, null, 1)
      : String(value);
}

/** An id as words: no_input → No input. */
export function named(id: string): string {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
