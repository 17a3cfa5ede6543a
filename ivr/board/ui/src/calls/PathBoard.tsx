import { Pause, Play } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { IconButton } from "../kit/Button";
import { late } from "../kit/late";
import { clock, type HeardCall } from "../model/call";
import type { CallEvent, FlowDocument } from "../model/types";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";

const ReadOnlyBoard = late(async () => (await import("../board/ReadOnlyBoard")).default);

interface Props {
  document: FlowDocument;
  /** The call as far as it is shown. */
  call: HeardCall;
  events: readonly CallEvent[];
  at: number;
  onAt: (seq: number | null) => void;
  chosen: number | null;
  onChoose: (number: number | null) => void;
}

const longest = 1200;
const shortest = 120;

/** The board of the version that ran, with the path drawn, and a slider to go along it. */
export function PathBoard({ document, call, events, at, onAt, chosen, onChoose }: Props) {
  const { here, travelled, visited } = call;
  const live = useMemo(() => ({ here, travelled, visited }), [here, travelled, visited]);
  return (
    <section className="trace-board" aria-label={t.theWayOfTheCall}>
      <div className="trace-canvas">
        <ReadOnlyBoard document={document} live={live} chosen={chosen} onChoose={onChoose} />
      </div>
      {events.length > 1 && <Scrubber events={events} at={at} onAt={onAt} />}
    </section>
  );
}

/** Events one after the other, as fast as they were; long waits are cut short. */
function Scrubber({ events, at, onAt }: Pick<Props, "events" | "at" | "onAt">) {
  const [playing, setPlaying] = useState(false);
  const last = events.at(-1)!.seq;
  const index = events.findIndex((event) => event.seq === at);
  const here = events[index] ?? events.at(-1)!;

  useEffect(() => {
    if (!playing) return;
    const next = events[index + 1];
    if (!next) return setPlaying(false);
    const pause = Math.min(longest, Math.max(shortest, next.t - here.t));
    const timer = setTimeout(() => onAt(next.seq), pause);
    return () => clearTimeout(timer);
  }, [playing, index, events, here, onAt]);

  function toggle(): void {
    if (!playing && at >= last) onAt(events[0]!.seq);
    setPlaying(!playing);
  }

  return (
    <div className="scrubber">
      <IconButton icon={playing ? Pause : Play} label={playing ? common.pause : t.playTheCall} onClick={toggle} />
      <input
        type="range"
        aria-label={t.momentOfTheCall}
        min={events[0]!.seq}
        max={last}
        value={at}
        aria-valuetext={`${clock(here.t)} s, ${here.kind}`}
        onChange={(event) => {
          setPlaying(false);
          const seq = Number(event.target.value);
          onAt(seq === last ? null : seq);
        }}
      />
      <span className="mono">
        {clock(here.t)} / {clock(events.at(-1)!.t)} s
      </span>
    </div>
  );
}
