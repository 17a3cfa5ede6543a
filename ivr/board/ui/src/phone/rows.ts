import { named } from "../model/call";
import type { CallEvent, Port, PortKind } from "../model/types";

export interface RowContext {
  /** The title of the block of an event; "" when it is not of the flow that is shown. */
  title: (event: CallEvent) => string;
  port: (number: number, id: string) => Port | undefined;
  onBlock: (number: number) => void;
}

const always = new Set([
  "start",
  "enter",
  "pass",
  "say",
  "play",
  "hold",
  "key",
  "request",
  "response",
  "sms",
  "error",
  "end",
  "ring",
]);
const kinds: Record<string, PortKind> = {
  success: "success",
  answered: "success",
  true: "success",
  open: "success",
  failure: "failure",
  failed: "failure",
  no_match: "failure",
  invalid: "failure",
  no_input: "timeout",
  no_answer: "timeout",
  busy: "timeout",
  timeout: "timeout",
};

/** The name of the port of an event, and its kind. */
export function exitOf(event: CallEvent, port: RowContext["port"]): { label: string; kind: PortKind } {
  const id = event.port ?? "";
  const found = port(event.block, id);
  const kind = found?.kind ?? kinds[id] ?? (id.startsWith("key_") ? "digit" : "next");
  return { label: (found?.label ?? named(id)) || (event.text ?? ""), kind };
}

/** Whether an event stands in the timeline. What is only said by the board or by the variables does not. */
export function isRow(event: CallEvent, { port }: Pick<RowContext, "port">): boolean {
  if (always.has(event.kind)) return true;
  if (event.kind === "listen") return event.detail?.input === "record";
  if (event.kind === "silence") return Boolean(event.detail?.transfer);
  if (event.kind !== "exit") return false;
  const { kind } = exitOf(event, port);
  return kind === "failure" || kind === "timeout" || Boolean(event.text);
}
