import type { Schemas } from "../api/contract";
import { percent } from "../model/calls";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";

/** Where callers hung up, most often first. */
export function Left({ rows, hungUp }: { rows: readonly Schemas["LeftShown"][]; hungUp: number }) {
  return (
    <figure className="card figure wide">
      <figcaption>
        <h2>Where callers hang up</h2>
        {!rows.length && <p>No caller hung up in this time.</p>}
      </figcaption>
      {rows.length > 0 && (
        <div className="call-table" tabIndex={0} role="region" aria-label="Where callers hang up">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Block</th>
                <th scope="col" className="number">
                  Hung up
                </th>
                <th scope="col" className="number">
                  Share
                </th>
                <th scope="col">While</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.flow} ${row.block} ${row.waiting}`}>
                  <td>
                    <Link to={to.flow(row.flow)}>{row.title || `Block ${row.block}`}</Link>
                    <span className="version"> {row.flow}</span>
                  </td>
                  <td className="number">{row.count}</td>
                  <td className="number">{percent(row.count, hungUp)}</td>
                  <td>{row.waiting ? <span className="chip warn">waiting for an answer</span> : "listening or being asked"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
