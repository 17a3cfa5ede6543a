import { useEffect, useMemo, useState } from "react";
import { Tabs } from "../kit/Tabs";
import { stretches } from "../model/bars";
import { flowOf, shown } from "../model/call";
import type { CallEvent } from "../model/types";
import { Bars } from "../phone/Bars";
import { LiveVariables } from "../phone/LiveVariables";
import { Timeline } from "../phone/Timeline";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import type { Names } from "./useDocument";

interface Props {
  events: readonly CallEvent[];
  /** Whether the call is. */
  over?: boolean;
  at: number;
  /** How far a call is that goes on, in milliseconds. */
  time: number | undefined;
  onAt: (seq: number) => void;
  names: Names;
  chosen: number | null;
  onChoose: (number: number | null) => void;
  variables: Record<string, unknown>;
}

type Tab = "timeline" | "variables" | "requests" | "block";

/** What went into a block and what came out of it, in this call. */
function InThisCall({ events, number, names, onChoose }: Pick<Props, "events" | "names" | "onChoose"> & { number: number }) {
  const own = events.filter((event) => event.block === number && !flowOf(event));
  const sets = own.filter((event) => event.kind === "set").flatMap((event) => Object.entries(event.variables ?? {}));
  const values = Object.fromEntries(sets.map(([name, value], seq) => [name, { value, seq }]));
  if (!own.length) return <p className="nothing">{t.theCallDidNotCome}</p>;
  return (
    <>
      <Timeline events={own} title={(event) => names.title(event.block)} port={names.port} onBlock={onChoose} />
      <h3 className="section">{t.whatItSet}</h3>
      {sets.length ? <LiveVariables variables={values} /> : <p className="nothing">{t.nothing}</p>}
    </>
  );
}

export function TracePane({ events, over, at, time, onAt, names, chosen, onChoose, variables }: Props) {
  const [tab, setTab] = useState<Tab>("timeline");
  const held = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value, seq: hash(shown(value)) }]));
  const count = Object.keys(variables).length || "";
  const requests = useMemo(() => stretches(events).length > 0, [events]);
  const asked = requests ? [{ id: "requests" as const, label: common.requests }] : [];
  const title = (event: CallEvent) => (flowOf(event) ? "" : names.title(event.block));
  const choose = (number: number) => {
    onChoose(number);
    setTab("block");
  };
  const block =
    chosen === null ? [] : [{ id: "block" as const, label: names.title(chosen) || fill(common.block, { block: chosen }) }];
  useEffect(() => {
    if (chosen === null) setTab((now) => (now === "block" ? "timeline" : now));
  }, [chosen]);
  return (
    <div className="phone-tabs">
      <Tabs
        label={common.theCall}
        tabs={[
          { id: "timeline", label: common.timeline },
          { id: "variables", label: fill(common.variables, { count }) },
          ...asked,
          ...block,
        ]}
        chosen={(chosen === null && tab === "block") || (!requests && tab === "requests") ? "timeline" : tab}
        onChoose={setTab}
      >
        {tab === "block" && chosen !== null ? (
          <InThisCall events={events} number={chosen} names={names} onChoose={onChoose} />
        ) : tab === "variables" ? (
          <LiveVariables variables={held} />
        ) : tab === "requests" && requests ? (
          <Bars events={events} now={time} onAt={onAt} title={title} onBlock={choose} />
        ) : events.length ? (
          <Timeline events={events} at={at} onAt={onAt} title={title} port={names.port} onBlock={choose} />
        ) : (
          <p className="nothing">{over ? t.whatHappenedInThisCall : t.nothingHasHappenedYet}</p>
        )}
      </Tabs>
    </div>
  );
}

/** A number that changes with the text, so that a changed value lights up. */
function hash(text: string): number {
  let sum = text.length;
  for (let at = 0; at < Math.min(text.length, 200); at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return sum;
}
