import type { Schemas } from "../api/contract";
import { length, percent } from "../model/calls";
import { useSearch } from "../nav/routes";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { number } from "../words/fill";

/** Each number of ours that was called, the busiest first: press one to see its figures alone. */
export function OurNumbers({ rows }: { rows: readonly Schemas["NumberShown"][] }) {
  const [, change] = useSearch();
  if (!rows.length) return null;
  return (
    <figure className="card figure wide">
      <figcaption>
        <h2>{t.numbersCalled}</h2>
      </figcaption>
      <div className="call-table" tabIndex={0} role="region" aria-label={t.numbersCalled}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common.number}</th>
              <th scope="col" className="number">
                {common.calls}
              </th>
              <th scope="col" className="number">
                {t.aWebCallFailed}
              </th>
              <th scope="col" className="number">
                {common.failed}
              </th>
              <th scope="col" className="number">
                {t.hungUp}
              </th>
              <th scope="col" className="number">
                {t.average}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.number}>
                <td>
                  <button type="button" className="button link mono" onClick={() => change({ dialled: row.number })}>
                    {row.number}
                  </button>
                </td>
                <td className="number">{number(row.calls)}</td>
                <td className="number">
                  {row.failure_path} ({percent(row.failure_path, row.calls)})
                </td>
                <td className="number">{number(row.failed)}</td>
                <td className="number">
                  {row.hung_up} ({percent(row.hung_up, row.calls)})
                </td>
                <td className="number">{length(row.seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
