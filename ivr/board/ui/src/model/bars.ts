import { detail, flowOf } from "./call";
import type { CallEvent } from "./types";

/** What takes time in a call, as bars over an axis of time: requests, waits for their answers, and hold audio. */

export interface Bar {
  kind: "request" | "wait" | "hold";
  /** What began it. */
  event: CallEvent;
  /** Milliseconds since the call began; `to` of one that goes on is now. */
  from: number;
  to: number;
  open: boolean;
  outcome: "" | "ok" | "bad";
  /** What became of it, in the words of the timeline; as long as it goes on, what it is. */
  words: string;
}

/** Bars that belong together, and their axis. A long time in which nothing goes on begins another one. */
export interface Stretch {
  from: number;
  to: number;
  ticks: readonly number[];
  bars: readonly Bar[];
}

const shortest = 500;
const longestGap = 1000;
const mostTicks = 5;
/** Hold audio that starts again so soon is the same: the carrier asked for the next page. */
const breath = 1000;

/** Reads one event after the other. */
class Reader {
  readonly bars: Bar[] = [];
  private readonly requests = new Map<string, Bar>();
  private wait: Bar | null = null;
  private hold: Bar | null = null;
  private over = false;

  read(event: CallEvent): void {
    if (event.kind === "request" || (event.kind === "start" && event.detail?.of)) this.asked(event);
    else if (event.kind === "response") this.answered(event);
    else if (event.detail?.job === "alarm") this.wait = this.begin("wait", event);
    else if (event.detail?.waited !== undefined && this.wait) Object.assign(this.wait, { words: words(event), outcome: "bad" });
    else if (event.kind === "hold" || (event.kind === "say" && event.detail?.hold)) this.holds(event);
    else if (stops(event)) this.stopped(event);
  }

  private begin(kind: Bar["kind"], event: CallEvent, told = words(event)): Bar {
    const bar: Bar = { kind, event, from: event.t, to: event.t, open: true, outcome: "", words: told };
    this.bars.push(bar);
    return bar;
  }

  private asked(event: CallEvent): void {
    // A request that waits for a later answer asks again and again: that is one.
    if (!this.requests.get(key(event))?.open) this.requests.set(key(event), this.begin("request", event));
  }

  private answered(event: CallEvent): void {
    const bar = this.requests.get(key(event));
    if (!bar?.open) return;
    // It may go on without the call that has asked, or with another answer to come.
    const open = event.detail?.goes_on === true || detail(event, "cause") === "parted";
    end(bar, event.t, { words: words(event), outcome: open ? "" : outcome(event), open });
  }

  private holds(event: CallEvent): void {
    const goesOn = this.hold && (this.hold.open || event.t - this.hold.to <= breath) && this.hold.event.block === event.block;
    if (goesOn) this.hold!.open = true;
    else this.hold = this.begin("hold", event, event.text);
  }

  /** The call goes on with something else, or is over. A wait may outlast its caller, and is over once its block is left. */
  private stopped(event: CallEvent): void {
    // Its end is told when the caller hears something else: a moment after the block was left.
    if (this.hold && (this.hold.open || event.detail?.stopped === "hold")) end(this.hold, event.t);
    if (event.kind === "end") this.over = true;
    if (!this.wait || !["exit", "enter", "end"].includes(event.kind)) return;
    end(this.wait, event.t);
    if (event.kind !== "end") this.wait = null;
  }

  /** All bars, those that go on up to now. */
  done(now: number): Bar[] {
    for (const bar of this.bars)
      if (bar.open) end(bar, Math.max(bar.from, now), { open: !this.over || bar.kind === "request" });
    return this.bars;
  }
}

const words = (event: CallEvent) => event.sentence ?? "";
const key = (event: CallEvent) => `${flowOf(event)}:${detail(event, "token") || event.block}`;

function end(bar: Bar, to: number, more: Partial<Bar> = {}): void {
  Object.assign(bar, { to, open: false, ...more });
}

function outcome(event: CallEvent): Bar["outcome"] {
  const cause = detail(event, "cause");
  if (event.level === "warning" || cause === "cancelled") return "";
  return cause === "ok" ? "ok" : "bad";
}

/** Whether hold audio is over with this. */
function stops(event: CallEvent): boolean {
  if (event.kind === "silence") return event.detail?.stopped === "hold";
  return ["enter", "exit", "end", "listen", "play", "say"].includes(event.kind) && !event.detail?.hold;
}

function ticks(from: number, to: number): number[] {
  const least = (to - from) / mostTicks;
  let step = 100;
  for (let at = 0; step < least; at++) step *= at % 3 === 1 ? 2.5 : 2;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) => (first + index) * step);
}

function stretch(bars: readonly Bar[]): Stretch {
  const from = Math.min(...bars.map((bar) => bar.from));
  const to = Math.max(from + shortest, ...bars.map((bar) => bar.to));
  return { from, to, ticks: ticks(from, to), bars };
}

/** The bars of a call, in stretches; none where nothing was asked. `now`: how far a call is that goes on. */
export function stretches(events: readonly CallEvent[], now = events.at(-1)?.t ?? 0): Stretch[] {
  const reader = new Reader();
  for (const event of events) reader.read(event);
  const bars = reader.done(Math.max(now, events.at(-1)?.t ?? 0));
  if (!bars.some((bar) => bar.kind === "request")) return [];
  const groups: Bar[][] = [];
  let began = 0;
  let latest = 0;
  for (const bar of bars.toSorted((one, other) => one.from - other.from || one.event.seq - other.event.seq)) {
    if (!groups.length || bar.from - latest > Math.max(longestGap, latest - began)) {
      groups.push([]);
      began = bar.from;
      latest = bar.to;
    }
    groups.at(-1)!.push(bar);
    latest = Math.max(latest, bar.to);
  }
  return groups.map(stretch);
}

/** The requests that ran at the same time as a bar. */
export function meanwhile(bar: Bar, { bars }: Stretch): Bar[] {
  const until = (one: Bar) => (one.open ? Number.POSITIVE_INFINITY : one.to);
  return bars.filter((one) => one !== bar && one.kind === "request" && one.from < until(bar) && bar.from < until(one));
}

/** Where a moment is on the axis, in percent. */
export function share(t: number, { from, to }: Stretch): number {
  return ((t - from) / (to - from)) * 100;
}
