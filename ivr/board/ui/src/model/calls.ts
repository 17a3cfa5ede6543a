import { calls } from "../words/en/calls";
import { common } from "../words/en/common";
import { model as t } from "../words/en/model";
import { fill, fixed, number } from "../words/fill";
import type { CallRow } from "./types";
import { dayOf, exactly, when } from "./when";

/** Calls as the list shows them. */

export interface CallFilter {
  flow?: string | null;
  result?: string | null;
  /** The caller's: whole with its plus, or the last digits. */
  number?: string | null;
  /** Whole words of the call, all of them. */
  words?: string | null;
  /** The number of ours. */
  dialled?: string | null;
  /** The first and the last day, YYYY-MM-DD, on the clocks of who looks. One alone is both. */
  from?: string | null;
  to?: string | null;
  block?: string | null;
}

export const results: Record<string, { label: string; tone: "" | "ok" | "warn" | "bad" | "accent" }> = {
  live: { label: common.live, tone: "ok" },
  completed: { label: t.completed, tone: "ok" },
  hung_up: { label: t.callerHungUp, tone: "" },
  failed: { label: common.failed, tone: "bad" },
  lost: { label: calls.lost, tone: "warn" },
  unknown: { label: calls.unknown, tone: "" },
};

export function resultOf(result: string): { label: string; tone: string } {
  return results[result] ?? results.unknown!;
}

const plain = (number: string): string => number.replace(/[\s().-]/g, "");
const [least, most] = [4, 10];
const [mostWords, longest] = [5, 40];

/** Whether a caller's number is the one that is asked for, or ends with the digits that are. */
function isNumber(caller: string, asked: string): boolean {
  const wanted = plain(asked);
  const ending = /^\d+$/.test(wanted) && wanted.length <= most;
  return ending ? caller.endsWith(wanted) : [wanted, `+${wanted}`].includes(plain(caller));
}

/** Why calls can't be found by what is typed as a number; nothing where they can. */
export function numberProblem(typed: string): string {
  const wanted = plain(typed);
  if (/^\d+$/.test(wanted) && wanted.length < least) return fill(calls.typeAtLeastOfThe, { least });
  if (/^(\+?\d+|(sips?|client|whatsapp|messenger):.*|anonymous)?$/i.test(wanted)) return "";
  return calls.onlyNumbersCanBeSearched;
}

/** Why calls can't be found by what is typed as words; nothing where they can. */
export function wordsProblem(typed: string): string {
  const found =
    typed
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]{2,}/gu) ?? [];
  if (typed.trim() && !found.length) return calls.typeAWholeWord;
  return new Set(found).size > mostWords || found.some((word) => word.length > longest)
    ? fill(calls.typeAtMost, { most: mostWords, longest })
    : "";
}

/** Whether a call belongs in a filtered list. Its words and blocks, and which number was called, only the server knows: null. */
export function belongs(row: CallRow, filter: CallFilter): boolean | null {
  if (filter.flow && row.flow !== filter.flow) return false;
  if (filter.result && row.result !== filter.result) return false;
  if (filter.number && !isNumber(row.caller, filter.number)) return false;
  const [first, last] = [filter.from || filter.to, filter.to || filter.from];
  if (first && last && (dayOf(row.started_at) < first || dayOf(row.started_at) > last)) return false;
  return filter.block || filter.dialled || filter.words ? null : true;
}

/** Live calls first, then the newest. */
function sorted(rows: CallRow[]): CallRow[] {
  const live = (row: CallRow) => Number(row.result === "live");
  return rows.sort((a, b) => live(b) - live(a) || b.started_at - a.started_at || (a.id < b.id ? 1 : -1));
}

/** The list with what changed meanwhile in it. With `more` further back, what is older than the list stays out of it. */
export function merged(
  rows: readonly CallRow[],
  changed: ReadonlyMap<string, CallRow>,
  filter: CallFilter,
  more: boolean,
): CallRow[] {
  const oldest = Math.min(...rows.map((row) => row.started_at));
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const row of changed.values()) {
    const fits = belongs(row, filter);
    if (known.has(row.id) ? fits === false : fits !== true || (more && row.started_at < oldest)) known.delete(row.id);
    else known.set(row.id, row);
  }
  return sorted([...known.values()]);
}

/** Seconds as 0:42 or 1:02:03. */
export function length(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours
    ? `${number(hours)}:${two(minutes)}:${two(Math.floor(seconds % 60))}`
    : `${minutes}:${two(Math.floor(seconds % 60))}`;
}

/** Milliseconds as people read them: 142 ms, 3.0 s. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}\u00a0ms`;
  return `${fixed(milliseconds / 1000, milliseconds < 10_000 ? 1 : 0)}\u00a0s`;
}

/** A moment of the list: to the second today, as it is said otherwise. */
export function moment(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? exactly(at) : when(at, now);
}

/** A part of a whole in words: "12 %", and "0.4 %" for what is rare. */
export function percent(part: number, whole: number): string {
  const share = whole ? (part / whole) * 100 : 0;
  return `${fixed(share, share > 0 && share < 10 ? 1 : 0)}\u00a0%`;
}

/** Who called. */
export function callerOf(row: Pick<CallRow, "caller">): string {
  return row.caller && row.caller !== "anonymous" ? row.caller : calls.unknownCaller;
}
