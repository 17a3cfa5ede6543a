import { ChartColumn } from "lucide-react";
import { useLoad } from "../api/useLoad";
import { Alerts } from "../frame/Alerts";
import { Empty, Loading } from "../kit/Empty";
import { Field } from "../kit/Field";
import { ProblemStrip } from "../kit/Strip";
import { useCauses } from "../model/causes";
import { useSearch } from "../nav/routes";
import { CallsChart } from "./CallsChart";
import { FailuresChart } from "./FailuresChart";
import { FlowFilter } from "./Filters";
import { Outcomes } from "./Outcomes";
import { ServiceLevels } from "./ServiceLevels";
import { WebCalls } from "./WebCalls";

const spans = [
  { hours: "24", label: "Last 24 hours" },
  { hours: "168", label: "Last 7 days" },
  { hours: "720", label: "Last 30 days" },
];

/** Figures: how many calls came, how they ended, how long APIs took and why they failed. */
export function Stats() {
  useCauses();
  const [search, change] = useSearch();
  const hours = spans.some((span) => span.hours === search.get("hours")) ? search.get("hours")! : "24";
  const flow = search.get("flow") ?? "";
  const { data, problem, loading, reload } = useLoad("/api/stats", { query: { flow, hours } });
  const total = data?.calls_per_hour.reduce((sum, one) => sum + one.total, 0) ?? 0;
  const some = total > 0 || (data?.web_calls.length ?? 0) > 0;
  return (
    <>
      <form className="filters" aria-label="Choose figures" onSubmit={(event) => event.preventDefault()}>
        <FlowFilter />
        <Field label="Time">
          {(control) => (
            <select
              {...control}
              value={hours}
              onChange={({ target }) => change({ hours: target.value === "24" ? null : target.value })}
            >
              {spans.map((span) => (
                <option key={span.hours} value={span.hours}>
                  {span.label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </form>
      <Alerts />
      {problem && <ProblemStrip problem={problem} retry={reload} />}
      {loading && !data && <Loading />}
      {data && !some && <Empty icon={ChartColumn} text="No calls in this time, so there is nothing to count." />}
      {data && some && (
        <div className="figures">
          <CallsChart hours={data.calls_per_hour} total={total} />
          <Outcomes outcomes={data.outcomes} />
          <ServiceLevels />
          <WebCalls rows={data.web_calls} />
          <FailuresChart hours={data.failures_per_hour} />
        </div>
      )}
    </>
  );
}
