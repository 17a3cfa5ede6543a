import { Download } from "lucide-react";
import { useEffect } from "react";
import { address } from "../api/contract";
import { useLoad } from "../api/useLoad";
import { Icon } from "../kit/Icon";
import { type CallFilter, length, percent } from "../model/calls";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { counted, fill } from "../words/fill";

/** Milliseconds after which totals are asked for again: on a busy line each new call would be one time too many. */
const pause = 30_000;

/** How many calls a filter lets through, and a way to take them along. */
export function Totals({ filter }: { filter: CallFilter & { zone: string } }) {
  const { data, reload } = useLoad("/api/call-totals", { query: filter });
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), pause);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <div className="totals">
      <p>
        {data && counted(common.countedCalls, data.calls)}
        {!!data?.live && ` · ${fill(t.liveNow, { count: data.live })}`}
        {!!data?.failure_path && (
          <>
            {" · "}
            <strong className="bad">{counted(t.someWithAFailedWebCall, data.failure_path)}</strong> (
            {percent(data.failure_path, data.calls)})
          </>
        )}
        {!!data?.seconds && ` · ${fill(t.averageAndAll, { average: length(data.average_seconds), all: length(data.seconds) })}`}
      </p>
      <div className="files">
        <a className="button small" href={address("/api/calls.csv", { query: filter })} download>
          <Icon of={Download} />
          {t.exportCsv}
        </a>
        <a className="button small" href={address("/api/calls.xlsx", { query: filter })} download>
          <Icon of={Download} />
          {t.exportXlsx}
        </a>
      </div>
    </div>
  );
}
