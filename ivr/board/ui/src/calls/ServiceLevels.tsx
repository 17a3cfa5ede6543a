import { useLoad } from "../api/useLoad";

const percent = (share: number) => `${(share * 100).toLocaleString("en", { maximumFractionDigits: 2 })} %`;

/** What web calls are to keep, and how much of what may go wrong has. Nothing where no service level is set. */
export function ServiceLevels() {
  const { data } = useLoad("/api/alerts");
  if (!data?.service_levels.length) return null;
  return (
    <figure className="card figure web-calls">
      <figcaption>
        <h2>Service levels</h2>
        <p>Used up: how much of what may fail or take longer has. Over 100 % the level is missed.</p>
      </figcaption>
      <div className="call-table" tabIndex={0} role="region" aria-label="Service levels">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Web calls</th>
              <th scope="col">Should succeed</th>
              <th scope="col" className="number">
                Did
              </th>
              <th scope="col" className="number">
                Used up
              </th>
            </tr>
          </thead>
          <tbody>
            {data.service_levels.map((level) => (
              <tr key={`${level.flow} ${level.block} ${level.seconds} ${level.share} ${level.days}`}>
                <td>
                  {level.flow || "All flows"}
                  {level.block > 0 && `, block ${level.block}`}
                </td>
                <td>
                  {percent(level.share)} within {level.seconds} s, over {level.days} days
                </td>
                <td className="number">
                  {percent(level.kept)} of {level.web_calls}
                </td>
                <td className="number">{percent(level.burn)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
