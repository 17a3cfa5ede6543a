import { useMemo } from "react";
import { type Bar, meanwhile, type Stretch, share, stretches } from "../model/bars";
import { clock, type HeardCall } from "../model/call";
import type { CallEvent } from "../model/types";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { fill } from "../words/fill";
import type { RowContext } from "./rows";
import { useTime } from "./useTime";

interface Props extends Pick<RowContext, "title" | "onBlock"> {
  events: readonly CallEvent[];
  /** How far a call is that goes on, in milliseconds. */
  now?: number;
  onAt?: (seq: number) => void;
}

function nameOf({ kind, event }: Bar, title: Props["title"]): string {
  if (kind === "hold") return t.holdAudio;
  return title(event) || event.title || (event.block ? fill(common.block, { block: event.block }) : "");
}

/** When it was, and what else ran: what the place of the bar shows. */
function spoken(bar: Bar, stretch: Stretch, title: Props["title"]): string {
  const beside = meanwhile(bar, stretch).map((one) => nameOf(one, title));
  const time = clock(bar.from);
  const when = bar.open ? fill(t.fromAndGoesOn, { time }) : fill(t.fromTo, { time, end: clock(bar.to) });
  const names = beside.length > 3 ? fill(t.requestsBeside, { count: beside.length }) : beside.join(", ");
  return names ? fill(t.atTheSameTime, { when, names }) : when;
}

function Line({ bar, stretch, title, onBlock, onAt }: { bar: Bar; stretch: Stretch } & Omit<Props, "events">) {
  const left = share(bar.from, stretch);
  const width = share(bar.to, stretch) - left;
  const name = nameOf(bar, title);
  const time = clock(bar.from);
  return (
    <li className={`bar-${bar.kind} ${bar.outcome} ${bar.open ? "open" : ""}`}>
      <div className="bar-words">
        {onAt ? (
          <button
            type="button"
            className="time"
            aria-label={fill(t.showTheCallAtS, { time })}
            onClick={() => onAt(bar.event.seq)}
          >
            {time}
          </button>
        ) : (
          <span className="time">{time}</span>
        )}
        {bar.kind !== "hold" && title(bar.event) ? (
          <button type="button" className="block-link" onClick={() => onBlock(bar.event.block)}>
            {name}
          </button>
        ) : (
          <strong>{name}</strong>
        )}
        <span className={`outcome ${bar.outcome}`}>{bar.words}</span>
      </div>
      <div className="track" aria-hidden>
        {stretch.ticks.map((tick) => (
          <i key={tick} style={{ left: `${share(tick, stretch)}%` }} />
        ))}
        <b style={{ left: `min(${left}%, 100% - 3px)`, width: `${width}%` }} />
      </div>
      <span className="hidden">{spoken(bar, stretch, title)}</span>
    </li>
  );
}

/** Requests and waits of a call as bars over time: what runs at the same time stands one above the other. */
export function Bars({ events, now, ...context }: Props) {
  const found = useMemo(() => stretches(events, now), [events, now]);
  if (!found.length) return <p className="nothing">{t.nothingWasAskedOfAn}</p>;
  return found.map((stretch) => (
    <div key={stretch.from} className="bars">
      <ol aria-label={fill(t.requestsFromToS, { time: clock(stretch.from), end: clock(stretch.to) })}>
        {stretch.bars.map((bar) => (
          <Line key={`${bar.kind} ${bar.event.seq}`} bar={bar} stretch={stretch} {...context} />
        ))}
      </ol>
      <div className="ticks" aria-hidden>
        {stretch.ticks.map((tick) => (
          <span key={tick} style={{ left: `clamp(0em, ${share(tick, stretch)}% - 1.5em, 100% - 3em)` }}>
            {clock(tick)}
          </span>
        ))}
        <small>{t.seconds}</small>
      </div>
    </div>
  ));
}

/** Those of the test call, which grow while it goes on. */
export function LiveBars({ call, ...context }: { call: HeardCall } & Omit<Props, "events" | "now">) {
  const time = useTime(call);
  const last = call.events.at(-1)?.t ?? 0;
  return <Bars events={call.events} now={call.phase === "ended" ? last : Math.max(last, time)} {...context} />;
}
