import { resultOf, results } from "../model/calls";
import { shares } from "../model/figures";
import { Figure } from "./Figure";

/** How calls ended, as parts of all. */
export function Outcomes({ outcomes }: { outcomes: Record<string, number> }) {
  const order = [...Object.keys(results), ...Object.keys(outcomes).filter((id) => !(id in results))];
  const parts = shares(order.map((id) => [id, outcomes[id] ?? 0] as const));
  const summary = parts.map(({ id, percent }) => `${resultOf(id).label} ${percent.toFixed(0)} %`).join(", ") || "No calls";
  return (
    <Figure
      title="Outcomes"
      summary={summary}
      table={
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col" className="number">
                Calls
              </th>
              <th scope="col" className="number">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ id, count, percent }) => (
              <tr key={id}>
                <td>{resultOf(id).label}</td>
                <td className="number">{count}</td>
                <td className="number">{percent.toFixed(1)} %</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <svg role="img" aria-label={summary} className="shares" width="100%" height={18}>
        {parts.map(({ id, from, percent }) => (
          <rect key={id} className={`part-${id}`} x={`${from}%`} width={`${percent}%`} y={0} height={18}>
            <title>{`${resultOf(id).label}: ${percent.toFixed(1)} %`}</title>
          </rect>
        ))}
      </svg>
      <ul className="legend">
        {parts.map(({ id, count }) => (
          <li key={id} className={`part-${id}`}>
            {resultOf(id).label} <span>{count}</span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}
