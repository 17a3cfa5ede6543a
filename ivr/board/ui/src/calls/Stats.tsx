import { ChartColumn } from "lucide-react";
import { useLoad } from "../api/useLoad";
import { Alerts } from "../frame/Alerts";
import { Empty, Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { useCauses } from "../model/causes";
import { calls as t } from "../words/en/calls";
import { CallsChart } from "./CallsChart";
import { FailuresChart } from "./FailuresChart";
import { FigureFilters, useFigureFilter } from "./Filters";
import { Left } from "./Left";
import { Lived } from "./Lived";
import { OurNumbers } from "./OurNumbers";
import { Outcomes } from "./Outcomes";
import { ServiceLevels } from "./ServiceLevels";
import { WebCalls } from "./WebCalls";

/** Figures: what callers lived through, how calls ended, how long APIs took and why they failed. */
export function Stats() {
  useCauses();
  const { data, problem, loading, reload } = useLoad("/api/stats", { query: useFigureFilter() });
  const some = data && (data.lived.calls > 0 || data.web_calls.length > 0);
  const by = data?.by === "day" ? "day" : "hour";
  return (
    <>
      <FigureFilters />
      <Alerts />
      {problem && <ProblemStrip problem={problem} retry={reload} />}
      {loading && !data && <Loading />}
      {data && !some && <Empty icon={ChartColumn} text={t.noCallsInThisTime} />}
      {data && some && (
        <div className="figures">
          <Lived lived={data.lived} />
          <CallsChart by={by} rows={data.calls} />
          <Outcomes outcomes={data.outcomes} />
          <Left rows={data.left} hungUp={data.lived.hung_up} />
          <OurNumbers rows={data.numbers} />
          <ServiceLevels />
          <WebCalls rows={data.web_calls} />
          <FailuresChart by={by} rows={data.failures} />
        </div>
      )}
    </>
  );
}
