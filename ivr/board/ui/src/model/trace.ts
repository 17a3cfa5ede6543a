import { type CallEvent, named, shown } from "./call";

/** A line of what the server kept of a call. */
export interface Entry {
  at: number;
  kind: string;
  block: number;
  data: Record<string, unknown>;
}

type Made = Omit<CallEvent, "seq" | "t">;
type Teller = (data: Record<string, unknown>, block: number, told: Told) => Made[];

/** What has to be remembered from one entry to a later one. */
interface Told {
  texts: Map<string, Record<string, unknown>>;
  flow: string;
  /** What a block said of its web call after it had looked at the answer, by the block's number. */
  causes: Map<number, Record<string, unknown>>;
}

const text = (value: unknown): string => shown(value);
const wrong = (block: number, words: string, detail: Record<string, unknown>, level: "error" | "warning"): Made[] => [
  { kind: "error", block, text: words, detail, level },
];

function why(data: Record<string, unknown>): string {
  const rest = Object.entries(data).filter(([name, value]) => name !== "port" && shown(value) !== "");
  return rest.map(([name, value]) => `${named(name)}: ${shown(value)}`).join("; ");
}

function asked(data: Record<string, unknown>, block: number, told: Told): Made[] {
  if (data.job === "fetch") return [{ kind: "request", block, text: `${text(data.method)} ${text(data.url)}`, detail: data }];
  if (data.job === "text") told.texts.set(text(data.token), data);
  if (data.question === "dial") {
    const numbers = Array.isArray(data.numbers) ? data.numbers.join(", ") : "";
    return [{ kind: "ring", block, text: `Rings ${numbers}`, detail: { ...data, transfer: true } }];
  }
  if (data.question === "record") return [{ kind: "listen", block, text: "Records", detail: { ...data, input: "record" } }];
  return [];
}

/** How a web call ended, in words. */
export function answer(data: Record<string, unknown>): string {
  const status = data.status === null || data.status === undefined ? "" : `${text(data.status)} `;
  const error = data.error ? `: ${text(data.error)}` : "";
  return `${status}after ${(Number(data.milliseconds ?? 0) / 1000).toFixed(2)} s${error}`;
}

function replied(data: Record<string, unknown>, block: number, told: Told): Made[] {
  if ("hidden" in data) return [{ kind: "key", block, text: "••••", detail: data }];
  if ("cause" in data) {
    const found = { ...data, ...told.causes.get(block) };
    return [{ kind: "response", block, text: answer(found), detail: found, level: found.cause === "ok" ? undefined : "error" }];
  }
  if ("accepted" in data) {
    const sms = told.texts.get(text(data.token)) ?? {};
    if (data.accepted) return [{ kind: "sms", block, text: text(sms.body), detail: { to: sms.to, sid: data.sid } }];
    return wrong(block, `The text to ${text(sms.to)} was refused: ${text(data.error)}`, data, "error");
  }
  if ("digits" in data) return [{ kind: "key", block, text: text(data.digits), detail: { ...data, heard: true } }];
  if ("confidence" in data) {
    return [{ kind: "key", block, text: text(data.text), detail: { ...data, heard: true, speech: true } }];
  }
  if ("url" in data) {
    return [{ kind: "listen", block, text: `Recorded ${text(data.seconds)} s`, detail: { ...data, input: "record" } }];
  }
  return [{ kind: "silence", block, text: named(text(data.status)), detail: { ...data, transfer: true } }];
}

function begun(data: Record<string, unknown>, block: number): Made[] {
  return [{ kind: "enter", block, text: "", detail: data }];
}

function jumped(data: Record<string, unknown>, block: number, told: Told): Made[] {
  if (!("flow" in data)) return begun(data, block);
  const made: Made[] = [{ kind: "exit", block, text: `On to flow ${text(data.flow)}`, detail: data }];
  told.flow = text(data.flow);
  return made;
}

const tellers: Record<string, Teller> = {
  answered: (data, block) => {
    const detail = { from: data.caller, to: data.dialled };
    return [{ kind: "ring", block: 0, text: `${text(data.caller)} calls ${text(data.dialled)}`, detail }, ...begun(data, block)];
  },
  messaged: begun,
  requested: begun,
  happened: begun,
  jumped,
  entered: (data, block) => [{ kind: "enter", block, text: text(data.title) || text(data.action) }],
  passed: (data, block) => [{ kind: "pass", block, port: text(data.port), text: text(data.title) || text(data.action) }],
  said: (data, block) => [{ kind: "say", block, text: text(data.words) }],
  asked,
  replied,
  set: (data, block) => [{ kind: "set", block, variables: data }],
  left: (data, block) => [{ kind: "exit", block, port: text(data.port), text: why(data), detail: data }],
  cancelled: (data, block) => [
    { kind: "response", block, text: "Cancelled: the caller hung up.", detail: { ...data, cause: "cancelled" } },
  ],
  problem: (data, block) => wrong(block, text(data.message), data, "error"),
  unset: (data, block) => wrong(block, `${text(data.reference)} is not set, in ${text(data.field)}.`, data, "warning"),
  unheard: (data, block) => wrong(block, `“${text(data.clip)}”: ${text(data.why)}`, data, "warning"),
  delivery: (data, block) => [{ kind: "silence", block, text: `Text ${text(data.state)}`, detail: { ...data, transfer: true } }],
  hung_up: (data) => [{ kind: "end", block: 0, text: "The caller hung up.", detail: { by: "caller", ...data } }],
  ended: (data) => [
    { kind: "end", block: 0, text: text(data.why) || "The flow has ended the call.", detail: { by: "flow", ...data } },
  ],
};

/** The cause and the error that the block found behind a reply: an answer may have come and not be accepted. */
function causesAfter(entries: readonly Entry[], index: number): Map<number, Record<string, unknown>> {
  const { kind, data, block } = entries[index]!;
  if (kind !== "replied" || !("cause" in data)) return new Map();
  const set = entries.slice(index + 1, index + 4).find((entry) => entry.kind === "set" && entry.block === block);
  const facts = Object.entries(set?.data ?? {}).filter(([name]) => new RegExp(`_${block}\\.(cause|error)$`).test(name));
  return new Map([[block, Object.fromEntries(facts.map(([name, value]) => [name.slice(name.lastIndexOf(".") + 1), value]))]]);
}

/** A stored trace as the events of a call, so that both are shown the same way. Only the first end is one. */
export function eventsOf(entries: readonly Entry[]): CallEvent[] {
  const told: Told = { texts: new Map(), flow: "", causes: new Map() };
  const start = entries[0]?.at ?? 0;
  const events: CallEvent[] = [];
  let over = false;
  for (const [index, { at, kind, block, data }] of entries.entries()) {
    const flow = told.flow;
    told.causes = causesAfter(entries, index);
    for (const made of tellers[kind]?.(data, block, told) ?? []) {
      if (made.kind === "end" && over) continue;
      over ||= made.kind === "end";
      const elsewhere = flow ? { detail: { ...made.detail, flow } } : {};
      events.push({ ...made, ...elsewhere, seq: events.length + 1, t: Math.max(0, at - start) });
    }
  }
  const failed = events.find((event) => event.kind === "error" && event.detail?.code === "failed");
  if (failed && !over) {
    const words = "The call ended because something went wrong.";
    events.push({ kind: "end", block: 0, text: words, detail: { by: "failure" }, seq: events.length + 1, t: failed.t });
  }
  return events;
}

/** Variables of a call by their full names: those of a block are kept together. */
export function flat(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => {
      const own = /_\d+$/.test(name) && value !== null && typeof value === "object" && !Array.isArray(value);
      return own ? Object.entries(value as object).map(([field, each]) => [`${name}.${field}`, each]) : [[name, value]];
    }),
  );
}
