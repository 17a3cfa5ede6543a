import type { CallEvent } from "./types";

/** A clip that sounds. */
export interface Sounding {
  channel: "prompt" | "hold";
  url: string;
  loop: boolean;
  /** Seconds that it has played. */
  at: number;
}

/** What sounds `t` milliseconds after a call began; null for nothing. Words that were missed are not said again. */
export function soundingAt(events: readonly CallEvent[], t: number): Sounding | null {
  let last: CallEvent | null = null;
  for (const event of events) last = after(last, event);
  if (!last?.audio) return null;
  const seconds = Number(last.detail?.seconds) || 0;
  const played = Math.max(0, (t - last.t) / 1000);
  if (!last.audio.loop && played >= seconds) return null;
  return { ...last.audio, at: seconds ? played % seconds : 0 };
}

/** The event whose clip sounds after one more event. */
function after(last: CallEvent | null, event: CallEvent): CallEvent | null {
  if (event.audio) return event;
  const channel = last?.audio?.channel;
  if (event.kind === "say" || event.kind === "end") return null;
  if (event.kind === "listen") return channel === "hold" ? null : last;
  const stopped = event.kind === "silence" ? event.detail?.stopped : undefined;
  return stopped && (stopped === channel || channel === "prompt") ? null : last;
}
