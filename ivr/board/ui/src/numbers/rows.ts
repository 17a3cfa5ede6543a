import type { FlowRow } from "../model/types";
import { numbers as t } from "../words/en/numbers";

/** A number as people type it, with spaces and brackets, as the server knows it: +15550100100. */
export function plain(typed: string): string {
  return typed.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
}

/** Why a number can't be that; "" when it can. */
export function wrong(number: string): string {
  if (!number) return t.whichNumberIsIt;
  return /^\+[1-9]\d{4,14}$/.test(number) ? "" : t.writeItWithAPlus;
}

/** Why a flow may not answer as it is; "" when it does. */
export function doubt(flow: FlowRow): string {
  if (flow.revision === null) return t.notPublishedYetPublishIt;
  return flow.triggers.includes("inbound_call") ? "" : t.itHasNoInboundCall;
}
