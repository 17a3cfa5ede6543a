import { useState } from "react";
import { isTree } from "../api/digits";
import { announce } from "../kit/announce";
import { Tabs } from "../kit/Tabs";
import { toast } from "../kit/Toast";
import { worded } from "../model/causes";
import { brief, nameFor, queryOf, sizeOf, whyNoTree } from "../model/reply";
import type { Reply, Value } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { counted, fill } from "../words/fill";
import { ReplyTree } from "./ReplyTree";
import { useScope } from "./scope";

type Tab = "body" | "headers" | "request";

const words: Record<number, string> = {
  200: t.ok,
  201: t.created,
  202: t.accepted,
  204: t.noContent,
  301: t.moved,
  302: t.found,
  304: t.notModified,
  400: t.badRequest,
  401: t.unauthorized,
  403: t.forbidden,
  404: t.notFound,
  405: t.methodNotAllowed,
  408: t.requestTimeout,
  409: t.conflict,
  415: t.unsupportedMediaType,
  422: t.unprocessable,
  429: t.tooManyRequests,
  500: t.internalServerError,
  502: t.badGateway,
  503: t.serviceUnavailable,
  504: t.gatewayTimeout,
};

/** What came of a test request. */
export function ReplyView({ reply, stale }: { reply: Reply; stale: boolean }) {
  const { action } = useScope();
  const [tab, setTab] = useState<Tab>("body");
  const { status } = reply;
  const port = action.ports.find((each) => each.id === reply.port);
  const good = port ? port.kind === "success" : reply.cause === "ok";
  return (
    <div className="reply">
      <div className="reply-head">
        <strong className={good ? "ok" : "bad"}>
          {status === null ? worded(reply.cause) : `${status} ${words[status] ?? ""}`}
        </strong>
        <span>{reply.milliseconds} ms</span>
        {status !== null && <span>{sizeOf(reply.size)}</span>}
        {reply.tries.length > 1 && <span>{counted(common.tries, reply.tries.length)}</span>}
      </div>
      {!good && (
        <p className="reply-why bad">
          {reply.error || reply.why} {port && fill(t.thisWouldLeaveBy, { label: port.label })}
        </p>
      )}
      {good && !reply.port && (
        <p className="reply-why">
          {t.onlyALaterAnswerCounts} {reply.why}
        </p>
      )}
      {reply.notes.map((note) => (
        <p key={note} className="reply-why">
          {note}
        </p>
      ))}
      {reply.unset.length > 0 && (
        <p className="reply-why">{fill(t.sentEmpty, { names: reply.unset.map((name) => `$${name}`).join(", ") })}</p>
      )}
      {stale && <p className="reply-why">{t.theBlockWasChangedSince}</p>}
      <Tabs<Tab>
        label={t.answer}
        tabs={[
          { id: "body", label: common.body },
          { id: "headers", label: fill(t.headers, { count: reply.headers.length }) },
          { id: "request", label: t.resolvedRequest },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === "body" && <Body reply={reply} />}
        {tab === "headers" && <Pairs rows={reply.headers} none={t.theAnswerHasNoHeaders} />}
        {tab === "request" && <Sent request={reply.request} />}
      </Tabs>
    </div>
  );
}

function Body({ reply }: { reply: Reply }) {
  const scope = useScope();
  const why = whyNoTree(reply);
  const tree = isTree(reply.value);

  const variables = () => {
    const rows = scope.now("response_variables");
    return Array.isArray(rows) ? (rows as { name: string; query: string }[]) : [];
  };

  function pick(steps: readonly (string | number)[], value: Value) {
    const rows = variables();
    const query = queryOf(steps);
    const there = rows.find((row) => row.query === query);
    if (there) return toast(fill(t.takesThisValueAlready, { name: there.name }));
    const name = nameFor(
      steps,
      rows.map((row) => row.name),
    );
    scope.set("response_variables", [...rows, { name, query }]);
    toast(fill(t.isNow, { name, value: brief(value) }), { kind: "ok" });
    announce(fill(t.responseVariableAdded, { name }));
  }

  return (
    <>
      {why && <p className="reply-why">{why}</p>}
      {tree && !scope.readOnly && <p className="help">{t.clickAValueToKeep}</p>}
      {tree ? (
        <ReplyTree
          value={reply.value}
          kept={new Map(variables().map((row) => [row.query, row.name]))}
          onPick={scope.readOnly ? undefined : pick}
        />
      ) : (
        reply.body && <pre tabIndex={0}>{reply.body}</pre>
      )}
    </>
  );
}

function Pairs({ rows, none }: { rows: readonly (readonly [string, string])[]; none: string }) {
  if (rows.length === 0) return <p className="help">{none}</p>;
  return (
    <dl className="pairs">
      {rows.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function text(value: Value): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What was really sent; secrets are dots. */
function Sent({ request }: { request: Reply["request"] }) {
  const { method, url, headers, body, ...rest } = request;
  const listed = Array.isArray(headers)
    ? (headers as [string, string][])
    : Object.entries((headers ?? {}) as Record<string, string>);
  return (
    <>
      <p className="sent">
        <strong>{text(method)}</strong> {text(url)}
      </p>
      <Pairs rows={listed.map(([name, value]) => [name, text(value)] as const)} none={t.noExtraHeaders} />
      {body !== null && body !== undefined && body !== "" && <pre tabIndex={0}>{text(body)}</pre>}
      <Pairs
        rows={Object.entries(rest)
          .filter(([, value]) => value)
          .map(([name, value]) => [name, text(value)] as const)}
        none=""
      />
    </>
  );
}
