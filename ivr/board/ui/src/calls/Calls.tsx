import { PhoneCall, SearchX } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { Empty, Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { callerOf, lasting, length, moment } from "../model/calls";
import type { CallRow } from "../model/types";
import { zone } from "../model/when";
import { Link } from "../nav/Link";
import { go, to, useSearch } from "../nav/routes";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import { Filters } from "./Filters";
import { Result } from "./Result";
import { Totals } from "./Totals";
import { useCalls } from "./useCalls";
import { useTitles } from "./useTitles";

/** The time, by the second, while something goes on. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

interface RowProps {
  row: CallRow;
  now: number;
  title: string;
}

function WebCallCell({ count, failed, slowest_ms }: CallRow["web_calls"]) {
  if (!count) return <span className="none">{t.none}</span>;
  return (
    <>
      {fill(t.slowest, { count, time: lasting(slowest_ms) })}
      {failed > 0 && <span className="chip bad mark">{fill(t.failed, { count: failed })}</span>}
    </>
  );
}

function Row({ row, now, title }: RowProps) {
  const live = row.result === "live";
  const seconds = live ? Math.max(row.seconds, (now - row.started_at) / 1000) : row.seconds;
  return (
    <tr className={live ? "live" : ""} onClick={(event) => (event.target as Element).closest("a") || go(to.call(row.id))}>
      <td className="when">
        <Link to={to.call(row.id)}>{moment(row.started_at, now)}</Link>
      </td>
      <td className="mono">{callerOf(row)}</td>
      <td>
        {row.flow_name} <span className="version">v{row.revision}</span>
      </td>
      <td>
        <Result result={row.result} />
      </td>
      <td className="number">{length(seconds)}</td>
      <td>
        <WebCallCell {...row.web_calls} />
      </td>
      <td>{title || (row.last_block ? fill(common.block, { block: row.last_block }) : "")}</td>
    </tr>
  );
}

const none = t.noCallsYetEveryCall;

/** The list: live calls on top, then the newest. */
export function Calls() {
  const [search, change] = useSearch();
  const names = ["flow", "result", "number", "words", "dialled", "from", "to", "block"] as const;
  const filter = { ...Object.fromEntries(names.map((name) => [name, search.get(name)])), zone };
  const filtered = names.some((name) => search.get(name));
  const { calls, loading, more, busy, problem, older, reload } = useCalls(filter);
  const titles = useTitles(calls);
  const now = useNow(calls.some((call) => call.result === "live"));

  return (
    <>
      <Filters />
      {problem && <ProblemStrip problem={problem} retry={reload} />}
      {loading && !problem && <Loading />}
      {!loading && !calls.length && !problem && !filtered && (
        <Empty icon={PhoneCall} text={none}>
          <Link to={to.flows} className="button primary">
            {t.openAFlow}
          </Link>
        </Empty>
      )}
      {!loading && !calls.length && !problem && filtered && (
        <Empty icon={SearchX} text={t.noCallIsLikeThis}>
          <Button onClick={() => change(Object.fromEntries(names.map((name) => [name, null])))}>{t.showAllCalls}</Button>
        </Empty>
      )}
      {calls.length > 0 && <Totals filter={filter} />}
      {calls.length > 0 && (
        <div className="card call-table" tabIndex={0} role="region" aria-label={t.listOfCalls}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.time}</th>
                <th scope="col">{t.caller}</th>
                <th scope="col">{common.flow}</th>
                <th scope="col">{t.result}</th>
                <th scope="col" className="number">
                  {common.length}
                </th>
                <th scope="col">{t.webCalls}</th>
                <th scope="col">{t.lastBlock}</th>
              </tr>
            </thead>
            <tbody>
              {calls.map((row) => (
                <Row key={row.id} row={row} now={now} title={titles(row, row.last_block)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <Button className="older" busy={busy} onClick={() => void older()}>
          {t.showEarlierCalls}
        </Button>
      )}
    </>
  );
}
