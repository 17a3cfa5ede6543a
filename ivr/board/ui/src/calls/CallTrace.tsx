import { calls as t } from "../words/en/calls";
import { fill } from "../words/fill";
import "../styles/calls.css";
import "../styles/phone.css";
import { useEffect, useMemo, useState } from "react";
import { useLoad } from "../api/useLoad";
import { useTitle } from "../frame/Page";
import { TopBar } from "../frame/TopBar";
import { Loading } from "../kit/Empty";
import { ProblemStrip, Strip } from "../kit/Strip";
import { type HeardCall, heardAll } from "../model/call";
import { callerOf } from "../model/calls";
import { flat } from "../model/trace";
import type { CallDetail, CallEvent } from "../model/types";
import { CallHead } from "./CallHead";
import { PathBoard } from "./PathBoard";
import { TracePane } from "./TracePane";
import { useDocument } from "./useDocument";
import { useLiveCalls } from "./useLiveCalls";

const nothing: CallEvent[] = [];

function valuesAt({ variables }: HeardCall): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).map(([name, one]) => [name, one.value]));
}

/** How far a call is, in milliseconds, by the clock of the server and anew each second; undefined when it is over. */
function useTime(call: CallDetail | null | undefined): number | undefined {
  const told = useMemo(() => Date.now(), [call]);
  const [now, setNow] = useState(told);
  const goesOn = call?.ended_at === null;
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [goesOn]);
  return goesOn ? call.seconds * 1000 + Math.max(0, now - told) : undefined;
}

/** One call: what happened on the left, the way it took on the right. */
export default function CallTrace({ call: id }: { call: string }) {
  const detail = useLoad("/api/calls/{id}", { path: { id } });
  const trace = useLoad("/api/calls/{id}/trace", { path: { id } });
  const [at, setAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const call = detail.data;
  const events = trace.data?.events ?? nothing;
  const last = events.at(-1)?.seq ?? 0;
  const now = Math.min(at ?? last, last);
  const heard = useMemo(() => heardAll(events.filter((event) => event.seq <= now)), [events, now]);
  // The same document stays the same object, or the board would be drawn anew with each step of a live call.
  const document = useMemo(() => call?.document ?? null, [call?.id, call?.revision, call?.document === null]);
  const names = useDocument(document);
  const time = useTime(call);
  useTitle(call ? fill(t.callFrom, { caller: callerOf(call) }) : t.call);

  function again(): void {
    detail.reload();
    trace.reload();
  }
  useLiveCalls((changed) => changed.id === id && again(), again);

  const problem = detail.problem ?? trace.problem;
  return (
    <>
      <TopBar list="calls" where={<h1 className="here">{call ? callerOf(call) : t.call}</h1>} />
      {problem && <ProblemStrip problem={problem} retry={problem.status === 404 ? undefined : again} />}
      {call && !call.document && <Strip kind="warn" text={fill(t.versionOfThisFlowIs, { revision: call.revision })} />}
      <main id="main" tabIndex={-1} className={`trace ${document ? "" : "alone"}`} aria-label={t.call}>
        {!call && !problem && <Loading />}
        {call && (
          <section className="trace-side" aria-label={t.whatHappened}>
            <CallHead call={call} block={chosen} />
            <TracePane
              events={events}
              over={call.ended_at !== null}
              at={now}
              time={time}
              onAt={setAt}
              names={names}
              chosen={chosen}
              onChoose={setChosen}
              variables={at === null ? flat(call.variables) : valuesAt(heard)}
            />
          </section>
        )}
        {document && (
          <PathBoard
            document={document}
            call={heard}
            events={events}
            at={now}
            onAt={setAt}
            chosen={chosen}
            onChoose={setChosen}
          />
        )}
      </main>
    </>
  );
}
