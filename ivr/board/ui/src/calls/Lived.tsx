import type { Schemas } from "../api/contract";
import { lasting, length, percent } from "../model/calls";
import { counted } from "../model/when";

/** What callers lived through, in five figures. */
export function Lived({ lived }: { lived: Schemas["LivedShown"] }) {
  const { calls, failure_path, hung_up, hung_up_waiting, waits, wait_p50, wait_p95, seconds } = lived;
  const of = (count: number) => `${count.toLocaleString("en-GB")} of ${counted(calls, "call")}`;
  return (
    <dl className="card lived" aria-label="What callers lived through">
      <One bad={failure_path > 0} name="Heard a failure path" value={percent(failure_path, calls)} more={of(failure_path)} />
      <One
        name="Waited for an answer"
        value={waits ? lasting(wait_p50) : "—"}
        more={waits ? `half of ${counted(waits, "time")}; 95 % up to ${lasting(wait_p95)}` : "no block asked an API"}
      />
      <One
        bad={hung_up_waiting > 0}
        name="Hung up while waiting"
        value={percent(hung_up_waiting, calls)}
        more={of(hung_up_waiting)}
      />
      <One name="Hung up" value={percent(hung_up, calls)} more={of(hung_up)} />
      <One name="Average length" value={length(seconds)} more="of calls that are over" />
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
