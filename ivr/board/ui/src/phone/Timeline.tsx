import { useEffect, useRef } from "react";
import type { CallEvent } from "../model/types";
import { common } from "../words/en/common";
import { Row } from "./Row";
import { isRow, type RowContext } from "./rows";

interface Props extends RowContext {
  events: readonly CallEvent[];
  /** Stay at the end while it grows. */
  end?: boolean;
  /** The event of the path that is shown: what comes later is dimmed. */
  at?: number;
  onAt?: (seq: number) => void;
}

/** What happened in a call, in order: of one that goes on, or of a trace. */
export function Timeline({ events, end, at, onAt, ...context }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const stay = useRef(true);
  const rows = events.map((event, index) => ({ event, index })).filter(({ event }) => isRow(event, context));

  useEffect(() => {
    const box = list.current?.closest<HTMLElement>(".tabpanel");
    if (!end || !box) return;
    const moved = () => (stay.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40);
    box.addEventListener("scroll", moved, { passive: true });
    return () => box.removeEventListener("scroll", moved);
  }, [end]);

  useEffect(() => {
    const box = list.current?.closest<HTMLElement>(".tabpanel");
    if (end && stay.current && box) box.scrollTop = box.scrollHeight;
  }, [end, events.length]);

  useEffect(() => {
    if (at !== undefined) list.current?.querySelector(".now")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const now = at === undefined ? undefined : rows.findLast(({ event }) => event.seq <= at)?.event.seq;
  return (
    <ol className="timeline" ref={list} aria-label={common.timeline}>
      {rows.map(({ event, index }) => (
        <Row
          key={event.seq}
          event={event}
          body={event.kind === "response" ? bodyAfter(events, index) : undefined}
          state={at === undefined ? "" : event.seq === now ? "now" : event.seq > at ? "later" : ""}
          onAt={onAt}
          {...context}
        />
      ))}
    </ol>
  );
}

/** The whole answer of a web call, which its block sets as a variable right after. */
function bodyAfter(events: readonly CallEvent[], index: number): unknown {
  const { block } = events[index]!;
  for (const event of events.slice(index + 1, index + 8)) {
    if (event.kind !== "set" || event.block !== block) continue;
    const found = Object.entries(event.variables ?? {}).find(([name]) => name.endsWith(`_${block}.responsebody`));
    if (found) return found[1];
  }
  return undefined;
}
