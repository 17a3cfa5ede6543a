import { api } from "../api/client";
import { Problem } from "../api/problem";
import type { FlowDocument, FlowRow } from "../model/types";
import { dayOf } from "../model/when";
import { to } from "../nav/routes";

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

/** A flow's file as text becomes its document. Throws an Error with a sentence when it is none. */
export function parsed(text: string): Partial<FlowDocument> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error("This is not a flow's file: it is not JSON.");
  }
  const document = read as Partial<FlowDocument> | null;
  if (typeof document !== "object" || document === null || !Array.isArray(document.blocks))
    throw new Error("This is not a flow's file: it has no blocks.");
  if (typeof document.name !== "string" && typeof document.id !== "string")
    throw new Error("This is not a whole flow: it has no name. Copied blocks are pasted on a board.");
  return document;
}

/** Bring a document in; returns the new flow's id. Without its own id it gets one that is free. */
export async function bringIn(document: Partial<FlowDocument>, copy: boolean): Promise<string> {
  const { id, ...rest } = document;
  const name = document.name ?? id ?? "Flow";
  const body = copy || !id ? { document: rest, name: copy ? `${name} (copy)`.slice(0, 120) : name } : { document };
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
