import type { Schemas } from "../api/contract";
import { percent } from "../model/calls";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fill, number } from "../words/fill";

/** Where callers hung up, most often first. */
export function Left({ rows, hungUp }: { rows: readonly Schemas["LeftShown"][]; hungUp: number }) {
  return (
    <figure className="card figure wide">
      <figcaption>
        <h2>{t.whereCallersHangUp}</h2>
        {!rows.length && <p>{t.noCallerHungUpIn}</p>}
      </figcaption>
      {rows.length > 0 && (
        <div className="call-table" tabIndex={0} role="region" aria-label={t.whereCallersHangUp}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.block}</th>
                <th scope="col" className="number">
                  {t.hungUp}
                </th>
                <th scope="col" className="number">
                  {t.share}
                </th>
                <th scope="col">{t.while}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.flow} ${row.block} ${row.waiting}`}>
                  <td>
                    <Link to={to.flow(row.flow)}>{row.title || fill(common.block, { block: row.block })}</Link>
                    <span className="version"> {row.flow}</span>
                  </td>
                  <td className="number">{number(row.count)}</td>
                  <td className="number">{percent(row.count, hungUp)}</td>
                  <td>{row.waiting ? <span className="chip warn">{t.waitingForAnAnswer}</span> : t.listeningOrBeingAsked}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
