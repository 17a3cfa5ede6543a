import { worded } from "../model/causes";
import { type FailureBucket, type Failures, failures, stack, told } from "../model/failures";
import { type By, barDate, barName } from "../model/figures";
import type { FailureFigures } from "../model/types";
import { calls as t } from "../words/en/calls";
import { number, within } from "../words/fill";
import { Figure } from "./Figure";
import { fill, Looks, Swatch } from "./Looks";
import { Plot } from "./Plot";

const height = 120;

interface BarProps {
  bucket: FailureBucket;
  at: number;
  all: Failures;
  tall: (count: number) => number;
}

function Bar({ bucket, at, all, tall }: BarProps) {
  const width = 100 / all.buckets.length;
  const why = all.causes.flatMap((cause) => {
    const count = bucket.counts.get(cause);
    return count ? [`${count} ${within(worded(cause))}`] : [];
  });
  return (
    <g>
      <title>{`${barName(bucket.at, all.by)}: ${why.join(", ") || t.noWebCallFailed}`}</title>
      <rect className="reach" x={`${at * width}%`} width={`${width}%`} y={0} height={height} />
      {stack(bucket, all.parts).map(({ part, from, count }) => (
        <rect
          key={part.look}
          className="part"
          fill={fill(part.look)}
          x={`${at * width + width * 0.14}%`}
          width={`${width * 0.72}%`}
          y={height - tall(from + count)}
          height={tall(count)}
        />
      ))}
    </g>
  );
}

function CauseTable({ all }: { all: Failures }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{all.by === "hour" ? t.hour : t.day}</th>
          {all.causes.map((cause) => (
            <th key={cause} scope="col" className="number">
              {worded(cause)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {all.buckets.map((one) => (
          <tr key={one.at}>
            <td>{barDate(one.at, all.by)}</td>
            {all.causes.map((cause) => (
              <td key={cause} className="number">
                {one.counts.get(cause) ?? 0}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why web calls failed, by the hour or by the day: the most frequent cause at the foot of each bar. */
export function FailuresChart({ by, rows }: { by: By; rows: readonly FailureFigures[] }) {
  const all = failures(by, rows);
  const summary = told(all);
  const title = all.by === "hour" ? t.failuresPerHour : t.failuresPerDay;
  if (!all.total)
    return (
      <figure className="card figure wide">
        <figcaption>
          <h2>{title}</h2>
          <p>{summary}</p>
        </figcaption>
      </figure>
    );
  return (
    <Figure wide title={title} summary={summary} table={<CauseTable all={all} />}>
      <Looks />
      <Plot
        summary={summary}
        height={height}
        most={Math.max(...all.buckets.map((one) => one.total))}
        by={all.by}
        times={all.buckets.map((one) => one.at)}
      >
        {(tall) => all.buckets.map((one, at) => <Bar key={one.at} bucket={one} at={at} all={all} tall={tall} />)}
      </Plot>
      <ul className="legend drawn">
        {all.parts.map(({ look, label, count }) => (
          <li key={look}>
            <Swatch look={look} />
            {label} <span>{number(count)}</span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}
