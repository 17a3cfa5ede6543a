import { calls as t } from "../words/en/calls";
import { counted as inWords, within } from "../words/fill";
/** Why web calls failed in the course of time, made ready to be drawn as bars of parts. */
import { worded } from "./causes";
import type { By } from "./figures";
import type { FailureFigures } from "./types";

/** Causes that a drawing tells apart at most; what is rarer is one more part of it. */
export const apart = 4;

/** What a bar is made of: a cause, or the rarer ones together. */
export interface Part {
  /** Which look it has: 0 is that of the most frequent. */
  look: number;
  label: string;
  causes: readonly string[];
  count: number;
}

export interface FailureBucket {
  at: number;
  total: number;
  /** By cause. */
  counts: ReadonlyMap<string, number>;
}

export interface Failures {
  by: By;
  buckets: FailureBucket[];
  total: number;
  /** The most frequent first. */
  causes: readonly string[];
  parts: Part[];
}

function counted(rows: readonly FailureFigures[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [cause, count] of rows.flatMap((one) => Object.entries(one.causes)))
    if (count > 0) counts.set(cause, (counts.get(cause) ?? 0) + count);
  return counts;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function partsOf(counts: ReadonlyMap<string, number>, causes: readonly string[]): Part[] {
  // One rare cause needs as much room as all of them together: it keeps its name.
  const most = causes.length > apart + 1 ? apart : causes.length;
  const groups = [...causes.slice(0, most).map((cause) => [cause]), causes.slice(most)].filter((group) => group.length);
  return groups.map((group, look) => ({
    look,
    label: group.length > 1 ? t.otherCauses : worded(group[0]!),
    causes: group,
    count: among(counts, group),
  }));
}

/** How often some causes were why. */
export function among(counts: ReadonlyMap<string, number>, causes: readonly string[]): number {
  return causes.reduce((total, cause) => total + (counts.get(cause) ?? 0), 0);
}

/** Failures by the hour or by the day, and the causes they have. */
export function failures(by: By, rows: readonly FailureFigures[]): Failures {
  const counts = counted(rows);
  const causes = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || worded(a).localeCompare(worded(b)));
  const buckets = rows.map((row) => {
    const found = counted([row]);
    return { at: row.at, total: sum(found), counts: found };
  });
  return { by, buckets, total: sum(counts), causes, parts: partsOf(counts, causes) };
}

/** The parts of a bar that are there, the first at its foot, in numbers of failures. */
export function stack(bucket: FailureBucket, parts: readonly Part[]): { part: Part; from: number; count: number }[] {
  let from = 0;
  return parts
    .map((part) => ({ part, count: among(bucket.counts, part.causes) }))
    .filter(({ count }) => count > 0)
    .map(({ part, count }) => {
      from += count;
      return { part, from: from - count, count };
    });
}

/** All of it in a sentence. */
export function told({ total, causes }: Failures): string {
  if (!total) return t.noWebCallFailedSentence;
  const cause = within(worded(causes[0]!));
  return inWords(causes.length > 1 ? t.webCallsFailedMostOften : t.webCallsFailed, total, { cause });
}
