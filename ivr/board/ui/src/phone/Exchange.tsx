import type { ReactNode } from "react";
import { detail, shown } from "../model/call";
import { worded } from "../model/causes";
import { laidOut } from "../model/json";
import type { CallEvent } from "../model/types";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { counted, fill } from "../words/fill";

/** Web calls of a timeline: a line each, that opens to all of it. */

function Pairs({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl>
      {of.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Body({ value }: { value: unknown }) {
  const text = pretty(value);
  return text ? <pre tabIndex={0}>{text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text}</pre> : null;
}

function pretty(value: unknown): string {
  if (typeof value !== "string") return shown(value);
  return laidOut(value) ?? value;
}

function pairs(value: unknown): [string, ReactNode][] {
  if (Array.isArray(value))
    return value.map((each) => (Array.isArray(each) ? [String(each[0]), String(each[1])] : ["", shown(each)]));
  return value && typeof value === "object" ? Object.entries(value).map(([name, each]) => [name, shown(each)]) : [];
}

export function Asked({ event }: { event: CallEvent }) {
  const headers = pairs(event.detail?.headers);
  const body = event.detail?.body;
  const line = <span className="mono-line">{event.sentence}</span>;
  if (!headers.length && !body) return line;
  return (
    <details className="exchange">
      <summary>{line}</summary>
      <Pairs of={headers} />
      <Body value={body} />
    </details>
  );
}

function tries(event: CallEvent): Record<string, unknown>[] {
  const found = event.detail?.tries;
  return Array.isArray(found) ? (found as Record<string, unknown>[]) : [];
}

export function Answered({ event, body }: { event: CallEvent; body: unknown }) {
  const cause = detail(event, "cause");
  const sent = tries(event);
  const outcome = cause === "ok" ? "ok" : cause === "cancelled" ? "" : "bad";
  const rows: [string, ReactNode][] = sent.map((one, index) => [
    fill(t.try, { value: index + 1 }),
    [one.status, worded(String(one.cause ?? "")), one.error].filter(Boolean).map(String).join(" · "),
  ]);
  const line = (
    <div>
      <span className={`outcome ${outcome}`}>{event.sentence}</span>
      {sent.length > 1 && <small className="facts"> {counted(common.tries, sent.length)}</small>}
    </div>
  );
  if (body === undefined && rows.length < 2) return line;
  return (
    <details className="exchange">
      <summary>{line}</summary>
      {rows.length > 1 && <Pairs of={rows} />}
      <Body value={body} />
    </details>
  );
}
