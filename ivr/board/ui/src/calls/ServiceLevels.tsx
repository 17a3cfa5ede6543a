import { useLoad } from "../api/useLoad";
import { calls as t } from "../words/en/calls";
import { fill, number } from "../words/fill";

const percent = (share: number) => `${number(share * 100, { maximumFractionDigits: 2 })} %`;

/** What web calls are to keep, and how much of what may go wrong has. Nothing where no service level is set. */
export function ServiceLevels() {
  const { data } = useLoad("/api/alerts");
  if (!data?.service_levels.length) return null;
  return (
    <figure className="card figure web-calls">
      <figcaption>
        <h2>{t.serviceLevels}</h2>
        <p>{t.usedUpHowMuchOf}</p>
      </figcaption>
      <div className="call-table" tabIndex={0} role="region" aria-label={t.serviceLevels}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t.webCalls}</th>
              <th scope="col">{t.shouldSucceed}</th>
              <th scope="col" className="number">
                {t.did}
              </th>
              <th scope="col" className="number">
                {t.usedUp}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.service_levels.map((level) => (
              <tr key={`${level.flow} ${level.block} ${level.seconds} ${level.share} ${level.days}`}>
                <td>
                  {level.flow || t.allFlows}
                  {level.block > 0 && `, ${fill(t.blockWithin, { block: level.block })}`}
                </td>
                <td>{fill(t.withinSOverDays, { percent: percent(level.share), seconds: level.seconds, days: level.days })}</td>
                <td className="number">{fill(t.of, { percent: percent(level.kept), count: level.web_calls })}</td>
                <td className="number">{percent(level.burn)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
