import { resultOf, results } from "../model/calls";
import { shares } from "../model/figures";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fixed, number } from "../words/fill";
import { Figure } from "./Figure";

/** How calls ended, as parts of all. */
export function Outcomes({ outcomes }: { outcomes: Record<string, number> }) {
  const order = [...Object.keys(results), ...Object.keys(outcomes).filter((id) => !(id in results))];
  const parts = shares(order.map((id) => [id, outcomes[id] ?? 0] as const));
  const summary = parts.map(({ id, percent }) => `${resultOf(id).label} ${fixed(percent, 0)} %`).join(", ") || t.noCalls;
  return (
    <Figure
      title={t.outcomes}
      summary={summary}
      table={
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t.result}</th>
              <th scope="col" className="number">
                {common.calls}
              </th>
              <th scope="col" className="number">
                {t.share}
              </th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ id, count, percent }) => (
              <tr key={id}>
                <td>{resultOf(id).label}</td>
                <td className="number">{number(count)}</td>
                <td className="number">{fixed(percent, 1)} %</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <svg role="img" aria-label={summary} className="shares" width="100%" height={18}>
        {parts.map(({ id, from, percent }) => (
          <rect key={id} className={`part-${id}`} x={`${from}%`} width={`${percent}%`} y={0} height={18}>
            <title>{`${resultOf(id).label}: ${fixed(percent, 1)} %`}</title>
          </rect>
        ))}
      </svg>
      <ul className="legend">
        {parts.map(({ id, count }) => (
          <li key={id} className={`part-${id}`}>
            {resultOf(id).label} <span>{number(count)}</span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}
