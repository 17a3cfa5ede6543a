import { type Bucket, type By, bucketDate, bucketName, buckets } from "../model/figures";
import type { HourFigures } from "../model/types";
import { Figure } from "./Figure";
import { Plot } from "./Plot";

const height = 150;

interface BarProps {
  bucket: Bucket;
  at: number;
  count: number;
  tall: (count: number) => number;
  by: By;
}

function Bar({ bucket, at, count, tall, by }: BarProps) {
  const width = 100 / count;
  const [x, wide] = [`${at * width + width * 0.14}%`, `${width * 0.72}%`];
  const failed = bucket.failed ? `, ${bucket.failed} failed` : "";
  const told = `${bucketName(bucket.at, by)}: ${bucket.total} ${bucket.total === 1 ? "call" : "calls"}${failed}`;
  return (
    <g>
      <title>{told}</title>
      <rect className="reach" x={`${at * width}%`} width={`${width}%`} y={0} height={height} />
      <rect className="total" x={x} width={wide} y={height - tall(bucket.total)} height={tall(bucket.total)} />
      <rect className="failed" x={x} width={wide} y={height - tall(bucket.failed)} height={tall(bucket.failed)} />
    </g>
  );
}

function BucketTable({ buckets: all, by }: { buckets: readonly Bucket[]; by: By }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{by === "hour" ? "Hour" : "Day"}</th>
          <th scope="col" className="number">
            Calls
          </th>
          <th scope="col" className="number">
            Failed
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.at}>
            <td>{bucketDate(one.at, by)}</td>
            <td className="number">{one.total}</td>
            <td className="number">{one.failed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many calls came, by the hour or by the day; those that failed at the foot of each bar. */
export function CallsChart({ hours, total }: { hours: readonly HourFigures[]; total: number }) {
  const { by, buckets: all } = buckets(hours);
  const most = Math.max(0, ...all.map((one) => one.total));
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const summary = `${total} ${total === 1 ? "call" : "calls"}, ${failed ? `${failed} of them failed` : "none of them failed"}`;
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
        <li className="failed">Failed</li>
      </ul>
    </Figure>
  );
}
