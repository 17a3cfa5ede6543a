import { type By, barDate, barName } from "../model/figures";
import type { CallFigures } from "../model/types";
import { counted } from "../model/when";
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

/** What went wrong of some calls, as the end of a sentence. */
function wrong(path: number, failed: number): string {
  return `${path ? `, ${path} heard a failure path` : ""}${failed ? `, ${failed} failed` : ""}`;
}

function Bar({ bucket, at, count, tall, by }: BarProps) {
  const width = 100 / count;
  const [x, wide] = [`${at * width + width * 0.14}%`, `${width * 0.72}%`];
  const told = `${barName(bucket.at, by)}: ${counted(bucket.total, "call")}${wrong(bucket.failure_path, bucket.failed)}`;
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
          <th scope="col">{by === "hour" ? "Hour" : "Day"}</th>
          <th scope="col" className="number">
            Calls
          </th>
          <th scope="col" className="number">
            Failure path
          </th>
          <th scope="col" className="number">
            Failed
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
  const summary = `${counted(sum("total"), "call")}${wrong(sum("failure_path"), sum("failed")) || ", none went wrong"}`;
  return (
    <Figure
      title={by === "hour" ? "Calls per hour" : "Calls per day"}
      summary={summary}
      table={<BucketTable buckets={all} by={by} />}
    >
      <Plot summary={summary} height={height} most={most} by={by} times={all.map((one) => one.at)}>
        {(tall) => all.map((one, at) => <Bar key={one.at} bucket={one} at={at} count={all.length} tall={tall} by={by} />)}
      </Plot>
      <ul className="legend" aria-hidden>
        <li className="total">Calls</li>
        <li className="path">Heard a failure path</li>
        <li className="failed">Failed</li>
      </ul>
    </Figure>
  );
}
