import { type By, barDate, barName } from "../model/figures";
import type { CallFigures } from "../model/types";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { counted, fill, number } from "../words/fill";
import { Figure } from "./Figure";
import { Plot } from "./Plot";

const height = 150;

interface BarProps {
  bucket: CallFigures;
  at: number;
  count: number;
  tall: (count: number) => number;
  by: By;
}

/** How many calls there were, and what went wrong of them. */
function spoken(calls: number, path: number, failed: number): string[] {
  return [
    counted(common.countedCalls, calls),
    ...(path ? [counted(t.someWithAFailedWebCall, path)] : []),
    ...(failed ? [fill(t.failed, { count: number(failed) })] : []),
  ];
}

function Bar({ bucket, at, count, tall, by }: BarProps) {
  const width = 100 / count;
  const [x, wide] = [`${at * width + width * 0.14}%`, `${width * 0.72}%`];
  const told = `${barName(bucket.at, by)}: ${spoken(bucket.total, bucket.failure_path, bucket.failed).join(", ")}`;
  return (
    <g>
      <title>{told}</title>
      <rect className="reach" x={`${at * width}%`} width={`${width}%`} y={0} height={height} />
      <rect className="total" x={x} width={wide} y={height - tall(bucket.total)} height={tall(bucket.total)} />
      <rect className="path" x={x} width={wide} y={height - tall(bucket.failure_path)} height={tall(bucket.failure_path)} />
      <rect className="failed" x={x} width={wide} y={height - tall(bucket.failed)} height={tall(bucket.failed)} />
    </g>
  );
}

function BucketTable({ buckets: all, by }: { buckets: readonly CallFigures[]; by: By }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{by === "hour" ? t.hour : t.day}</th>
          <th scope="col" className="number">
            {common.calls}
          </th>
          <th scope="col" className="number">
            {t.aWebCallFailed}
          </th>
          <th scope="col" className="number">
            {common.failed}
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.at}>
            <td>{barDate(one.at, by)}</td>
            <td className="number">{one.total}</td>
            <td className="number">{one.failure_path}</td>
            <td className="number">{one.failed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many calls came, by the hour or by the day; at the foot of each bar those that went wrong. */
export function CallsChart({ by, rows: all }: { by: By; rows: readonly CallFigures[] }) {
  const sum = (what: "total" | "failed" | "failure_path") => all.reduce((total, one) => total + one[what], 0);
  const most = Math.max(0, ...all.map((one) => one.total));
  const facts = spoken(sum("total"), sum("failure_path"), sum("failed"));
  const summary = [...facts, ...(facts.length > 1 ? [] : [t.noneWentWrong])].join(", ");
  return (
    <Figure
      title={by === "hour" ? t.callsPerHour : t.callsPerDay}
      summary={summary}
      table={<BucketTable buckets={all} by={by} />}
    >
      <Plot summary={summary} height={height} most={most} by={by} times={all.map((one) => one.at)}>
        {(tall) => all.map((one, at) => <Bar key={one.at} bucket={one} at={at} count={all.length} tall={tall} by={by} />)}
      </Plot>
      <ul className="legend" aria-hidden>
        <li className="total">{common.calls}</li>
        <li className="path">{t.aWebCallFailed}</li>
        <li className="failed">{common.failed}</li>
      </ul>
    </Figure>
  );
}
