import type { FlowRow } from "../model/types";

/** A number as people type it, with spaces and brackets, as the server knows it: +15550100100. */
export function plain(typed: string): string {
  return typed.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
}

/** Why a number can't be that; "" when it can. */
export function wrong(number: string): string {
  if (!number) return "Which number is it?";
  return /^\+[1-9]\d{4,14}$/.test(number) ? "" : "Write it with a plus and its country, such as +15550100100.";
}

/** Why a flow may not answer as it is; "" when it does. */
export function doubt(flow: FlowRow): string {
  if (flow.revision === null) return "Not published yet: publish it before calls come in.";
  return flow.triggers.includes("inbound_call") ? "" : "It has no Inbound Call to begin with.";
}
