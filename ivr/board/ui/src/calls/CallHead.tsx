import { Download, PhoneCall, SquareArrowOutUpRight } from "lucide-react";
import { Button } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { valuesOf } from "../model/again";
import { callerOf, lasting, length, moment } from "../model/calls";
import { useDesk } from "../model/desk";
import { board } from "../model/store";
import type { CallDetail } from "../model/types";
import { go, to } from "../nav/routes";
import { useTestCall } from "../phone/testCall";
import { calls as t } from "../words/en/calls";
import { counted, fill } from "../words/fill";
import { useNow } from "./Calls";
import { Result } from "./Result";

/** Open the draft, and show the block there once it is drawn. */
function openDraft(flow: string, block: number | null): void {
  go(to.flow(flow));
  if (block === null) return;
  const stop = board.subscribe((now) => {
    if (now.status !== "ready" || now.flow.id !== flow) return;
    stop();
    requestAnimationFrame(() => board.getState().show(block));
  });
  setTimeout(stop, 20_000);
}

function callAgain(call: CallDetail): void {
  const caller = /^\+[1-9]\d{1,14}$/.test(call.caller) ? call.caller : "anonymous";
  useTestCall.setState({
    flow: call.flow,
    which: "draft",
    caller,
    values: valuesOf(call.variables),
    problem: null,
    call: null,
  });
  useDesk.setState({ phone: true, from: 0 });
  go(to.flow(call.flow));
}

/** Who called, how it ended, and what the user can do with it. */
export function CallHead({ call, block }: { call: CallDetail; block: number | null }) {
  const live = call.result === "live";
  const now = useNow(live);
  const seconds = live ? Math.max(call.seconds, (now - call.started_at) / 1000) : call.seconds;
  const { count, failed, slowest_ms } = call.web_calls;
  return (
    <header className="call-head">
      <div className="row">
        <h2 className="mono">{callerOf(call)}</h2>
        <Result result={call.result} />
      </div>
      <p>
        {call.flow_name} v{call.revision} · {moment(call.started_at, now)} · {length(seconds)}
        {count > 0 && ` · ${counted(t.webCallsSlowest, count, { time: lasting(slowest_ms) })}`}
        {failed > 0 && <span className="chip bad">{fill(t.failed, { count: failed })}</span>}
      </p>
      <div className="row call-actions">
        <Button size="small" icon={SquareArrowOutUpRight} onClick={() => openDraft(call.flow, block)}>
          {block === null ? t.openTheDraft : t.openThisBlockInThe}
        </Button>
        <Button size="small" icon={PhoneCall} onClick={() => callAgain(call)}>
          {t.callAgainWithTheseValues}
        </Button>
        <a className="button small" href={`/api/calls/${encodeURIComponent(call.id)}/export`} download>
          <Icon of={Download} />
          {t.exportJson}
        </a>
      </div>
    </header>
  );
}
