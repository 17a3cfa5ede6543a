import { axis, type Bucket, bucketName, buckets, type HourFigures } from "../model/figures";
import { Figure } from "./Figure";

const height = 150;
const room = 22;

function Bar({ bucket, at, count, top, by }: { bucket: Bucket; at: number; count: number; top: number; by: "hour" | "day" }) {
  const width = 100 / count;
  const tall = (value: number) => (value / top) * height;
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

function BucketTable({ buckets: all, by }: { buckets: readonly Bucket[]; by: "hour" | "day" }) {
  const time = by === "hour" ? ({ hour: "2-digit", minute: "2-digit" } as const) : {};
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{by === "hour" ? "Hour" : "Day"}</th>
          <th scope="col" className="number">Calls</th>
          <th scope="col" className="number">Failed</th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.at}>
            <td>{new Date(one.at).toLocaleString(undefined, { day: "numeric", month: "short", ...time })}</td>
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
  const { top, step } = axis(Math.max(0, ...all.map((one) => one.total)));
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const every = Math.ceil(all.length / 8);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
  const summary = `${total} ${total === 1 ? "call" : "calls"}, ${failed ? `${failed} of them failed` : "none of them failed"}`;
  return (
    <Figure
      title={by === "hour" ? "Calls per hour" : "Calls per day"}
      summary={summary}
      table={
        <BucketTable buckets={all} by={by} />
      }
    >
      <div className="plot">
        <div className="ticks" aria-hidden style={{ height }}>
          {ticks.map((tick) => (
            <span key={tick} style={{ bottom: `${(tick / top) * 100}%` }}>
              {tick}
            </span>
          ))}
        </div>
        <svg role="img" aria-label={summary} width="100%" height={height + room}>
          {ticks.map((tick) => (
            <line key={tick} className="grid" x1="0" x2="100%" y1={height * (1 - tick / top)} y2={height * (1 - tick / top)} />
          ))}
          {all.map((one, at) => (
            <Bar key={one.at} bucket={one} at={at} count={all.length} top={top} by={by} />
          ))}
          {all.map((one, at) =>
            at % every ? null : (
              <text key={one.at} x={`${((at + 0.5) * 100) / all.length}%`} y={height + 16} textAnchor="middle">
                {bucketName(one.at, by)}
              </text>
            ),
          )}
        </svg>
      </div>
      <ul className="legend" aria-hidden>
        <li className="total">Calls</li>
        <li className="failed">Failed</li>
      </ul>
    </Figure>
  );
}
