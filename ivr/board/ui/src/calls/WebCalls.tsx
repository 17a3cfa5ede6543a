import { lasting } from "../model/calls";
import { worded } from "../model/causes";
import { shares } from "../model/figures";
import { apart } from "../model/names";
import type { WebCallFigures } from "../model/types";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fill, number, within } from "../words/fill";

/** From the middle one to the slowest of a hundred, on one scale for all rows. */
function Range({ row, most }: { row: WebCallFigures; most: number }) {
  const x = (value: number) => `${2 + (value / most) * 94}%`;
  return (
    <svg className="range" aria-hidden width="100%" height={18}>
      <line className="rail" x1="2%" x2="98%" y1={9} y2={9} />
      <line className="span" x1={x(row.p50)} x2={x(row.p99)} y1={9} y2={9} />
      <circle className="p50" cx={x(row.p50)} cy={9} r={4.5} />
      <circle className="p90" cx={x(row.p90)} cy={9} r={3} />
      <circle className="p99" cx={x(row.p99)} cy={9} r={4} />
    </svg>
  );
}

function Causes({ row }: { row: WebCallFigures }) {
  const found = Object.entries(row.causes).filter(([, count]) => count > 0);
  if (!found.length) return <span className="none">{t.none}</span>;
  const bad = found.reduce((sum, [, count]) => sum + count, 0);
  const parts = shares([
    ["failed", bad],
    ["rest", Math.max(0, row.count - bad)],
  ]);
  return (
    <>
      <svg className="shares" aria-hidden width="100%" height={6}>
        {parts.map(({ id, from, percent }) => (
          <rect key={id} className={`part-${id}`} x={`${from}%`} width={`${percent}%`} y={0} height={6} />
        ))}
      </svg>
      {found
        .sort(([, a], [, b]) => b - a)
        .map(([cause, count]) => `${count} ${within(worded(cause))}`)
        .join(", ")}
    </>
  );
}

/** Tells what the block of a row is called, among the others of its flow. */
function titled(rows: readonly WebCallFigures[]): (row: WebCallFigures) => string {
  const flows = new Map<string, [number, string][]>();
  for (const { flow, block, title } of rows)
    flows.set(flow, [...(flows.get(flow) ?? []), [block, title || fill(common.block, { block })]]);
  const named = new Map([...flows].map(([flow, titles]) => [flow, apart(titles)]));
  return ({ flow, block }) => named.get(flow)!.get(block)!;
}

/** Each block that asks an API: how long that took, and why it failed. A table is its own description. */
export function WebCalls({ rows }: { rows: readonly WebCallFigures[] }) {
  const most = Math.max(1, ...rows.map((row) => row.p99));
  const named = titled(rows);
  return (
    <figure className="card figure web-calls">
      <figcaption>
        <h2>{t.webCalls}</h2>
        <p>{rows.length ? t.halfOfThemEndedWithin : t.noBlockAskedAnApi}</p>
      </figcaption>
      {rows.length > 0 && (
        <div className="call-table" tabIndex={0} role="region" aria-label={t.webCallsByBlock}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.block}</th>
                <th scope="col" className="number">
                  {t.count}
                </th>
                <th scope="col" className="ranges">
                  {fill(t.zeroTo, { time: lasting(most) })}
                </th>
                <th scope="col" className="number">
                  50 %
                </th>
                <th scope="col" className="number">
                  90 %
                </th>
                <th scope="col" className="number">
                  99 %
                </th>
                <th scope="col">{t.failures}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.flow} ${row.block}`}>
                  <td>
                    <Link to={to.flow(row.flow)}>{named(row)}</Link>
                    <span className="version"> {row.flow}</span>
                  </td>
                  <td className="number">{number(row.count)}</td>
                  <td className="ranges">
                    <Range row={row} most={most} />
                  </td>
                  <td className="number">{lasting(row.p50)}</td>
                  <td className="number">{lasting(row.p90)}</td>
                  <td className="number">{lasting(row.p99)}</td>
                  <td className="causes">
                    <Causes row={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
