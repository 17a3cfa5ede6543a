import { clock, dated } from "./when";

/** Figures of calls, made ready to be drawn. */

export type By = "hour" | "day";

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

/** When a bar is, on the axis. */
export function barName(at: number, by: By): string {
  return by === "day" ? dated(at) : clock(at);
}

/** When a bar is, with its day. */
export function barDate(at: number, by: By): string {
  return by === "day" ? dated(at) : `${dated(at)} ${clock(at)}`;
}
