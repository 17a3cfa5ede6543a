import { api } from "../api/client";
import { Problem } from "../api/problem";
import type { FlowDocument, FlowRow } from "../model/types";
import { dayOf } from "../model/when";
import { to } from "../nav/routes";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { fill } from "../words/fill";

/** The calls of a flow that its row counts: those of today, on the clocks of who looks. */
export function callsToday(id: string, now: number = Date.now()): string {
  return `${to.calls}?${new URLSearchParams({ flow: id, from: dayOf(now) })}`;
}

/** The rows that hold every word of what is looked for, in name, id, description or numbers. */
export function found(rows: readonly FlowRow[], wanted: string): FlowRow[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row: FlowRow) => [row.name, row.id, row.description, ...row.numbers].join(" ").toLowerCase();
  return rows.filter((row) => words.every((word) => text(row).includes(word)));
}

/** A flow's file as text becomes its document; null when it is none. */
export function parsed(text: string): Partial<FlowDocument> | null {
  try {
    const read = JSON.parse(text) as Partial<FlowDocument> | null;
    const named = typeof read?.name === "string" || typeof read?.id === "string";
    return named && Array.isArray(read?.blocks) ? read : null;
  } catch {
    return null;
  }
}

/** As much of a file as tells what it is: the server knows those of other systems. */
const LOOKED_AT = 20_000;

/** Bring in a file that was not understood here; throws what the server says of it. */
export async function bringInText(text: string): Promise<string> {
  const shown = /^\s*[{[]/.test(text) ? text : text.slice(0, LOOKED_AT);
  return (await api.post("/api/flows", { body: { text: shown } })).id;
}

/** Bring a document in; returns the new flow's id. Without its own id it gets one that is free. */
export async function bringIn(document: Partial<FlowDocument>, copy: boolean): Promise<string> {
  const { id, ...rest } = document;
  const name = document.name ?? id ?? common.flow;
  const body = copy || !id ? { document: rest, name: copy ? fill(t.copy, { name }).slice(0, 120) : name } : { document };
  return (await api.post("/api/flows", { body })).id;
}

export const isTaken = (error: unknown) => error instanceof Problem && error.status === 409;

/** Duplicate a flow's draft; returns the new flow's id. */
export async function duplicate(row: FlowRow): Promise<string> {
  return bringIn(await api.get("/api/flows/{id}/draft", { path: { id: row.id } }), true);
}

/** Hand a flow's draft to the browser as a file. Secrets are not in it. */
export async function download(row: FlowRow): Promise<void> {
  const document = await api.get("/api/flows/{id}/draft", { path: { id: row.id } });
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" }));
  const link = Object.assign(window.document.createElement("a"), { href: url, download: `${row.id}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
