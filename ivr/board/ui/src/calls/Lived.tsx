import type { Schemas } from "../api/contract";
import { lasting, length, percent } from "../model/calls";
import { calls as t } from "../words/en/calls";
import { counted, number } from "../words/fill";

/** What callers lived through, in five figures. */
export function Lived({ lived }: { lived: Schemas["LivedShown"] }) {
  const { calls, failure_path, hung_up, hung_up_waiting, waits, wait_p50, wait_p95, seconds } = lived;
  const of = (count: number) => counted(t.ofCalls, calls, { some: number(count) });
  return (
    <dl className="card lived" aria-label={t.whatCallersLivedThrough}>
      <One bad={failure_path > 0} name={t.aWebCallFailed} value={percent(failure_path, calls)} more={of(failure_path)} />
      <One
        name={t.waitedForAnAnswer}
        value={waits ? lasting(wait_p50) : "—"}
        more={waits ? counted(t.halfOfTimes, waits, { time: lasting(wait_p95) }) : t.noBlockAsked}
      />
      <One
        bad={hung_up_waiting > 0}
        name={t.hungUpWhileWaiting}
        value={percent(hung_up_waiting, calls)}
        more={of(hung_up_waiting)}
      />
      <One name={t.hungUp} value={percent(hung_up, calls)} more={of(hung_up)} />
      <One name={t.averageLength} value={length(seconds)} more={t.ofCallsThatAreOver} />
    </dl>
  );
}

function One({ name, value, more, bad = false }: { name: string; value: string; more: string; bad?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={bad ? "bad" : ""}>{value}</dd>
      <dd>{more}</dd>
    </div>
  );
}
