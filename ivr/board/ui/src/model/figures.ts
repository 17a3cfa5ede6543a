import type { HourFigures } from "./types";

/** Figures of calls, made ready to be drawn. */

export interface Bucket {
  at: number;
  total: number;
  failed: number;
}

export type By = "hour" | "day";

/** Hours one by one, or those of a day of this place together when there are many. */
export function together<Hour extends { hour: number }>(
  hours: readonly Hour[],
): { by: By; groups: { at: number; hours: Hour[] }[] } {
  if (hours.length <= 48) return { by: "hour", groups: hours.map((one) => ({ at: one.hour, hours: [one] })) };
  const days = new Map<string, { at: number; hours: Hour[] }>();
  for (const one of hours) {
    const key = new Date(one.hour).toDateString();
    const day = days.get(key);
    if (day) day.hours.push(one);
    else days.set(key, { at: one.hour, hours: [one] });
  }
  return { by: "day", groups: [...days.values()] };
}

/** Calls by the hour, or by the day when there are many hours. */
export function buckets(hours: readonly HourFigures[]): { by: By; buckets: Bucket[] } {
  const { by, groups } = together(hours);
  const sum = (all: HourFigures[], what: "total" | "failed") => all.reduce((total, one) => total + one[what], 0);
  return { by, buckets: groups.map(({ at, hours: all }) => ({ at, total: sum(all, "total"), failed: sum(all, "failed") })) };
}

/** The top of an axis, and its step: whole numbers of 1, 2 or 5, at most four steps. */
export function axis(most: number): { top: number; step: number } {
  if (most <= 4) return { top: Math.max(1, Math.ceil(most)), step: 1 };
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? 10 * power);
  return { top: Math.ceil(most / step) * step, step };
}

export interface Share {
  id: string;
  count: number;
  /** Both in percent. */
  from: number;
  percent: number;
}

/** Parts of a whole as percent, in the order they are given; none for nothing. */
export function shares(counts: readonly (readonly [string, number])[]): Share[] {
  const whole = counts.reduce((sum, [, count]) => sum + count, 0);
  let from = 0;
  return counts
    .filter(([, count]) => count > 0)
    .map(([id, count]) => {
      const percent = (count / whole) * 100;
      from += percent;
      return { id, count, from: from - percent, percent };
    });
}

/** When a bucket is, on the axis and in the table. */
export function bucketName(at: number, by: By): string {
  const then = new Date(at);
  const day = then.toLocaleDateString(undefined, { day: "numeric", month: "short" });
  if (by === "day") return day;
  return `${then.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })}`;
}

/** When a bucket is, with its day. */
export function bucketDate(at: number, by: By): string {
  const time = by === "hour" ? ({ hour: "2-digit", minute: "2-digit" } as const) : {};
  return new Date(at).toLocaleString(undefined, { day: "numeric", month: "short", ...time });
}
