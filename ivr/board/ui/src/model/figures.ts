/** Figures of calls, made ready to be drawn. */

export interface HourFigures {
  /** When the hour began, in milliseconds. */
  hour: number;
  total: number;
  failed: number;
}

export interface WebCallFigures {
  flow: string;
  block: number;
  title: string;
  count: number;
  p50: number;
  p90: number;
  p99: number;
  causes: Record<string, number>;
}

export interface Figures {
  calls_per_hour: HourFigures[];
  outcomes: Record<string, number>;
  web_calls: WebCallFigures[];
}

export interface Bucket {
  at: number;
  total: number;
  failed: number;
}

/** Hours as they are, or put together to days of this place when there are many. */
export function buckets(hours: readonly HourFigures[]): { by: "hour" | "day"; buckets: Bucket[] } {
  if (hours.length <= 48) return { by: "hour", buckets: hours.map(({ hour: at, total, failed }) => ({ at, total, failed })) };
  const days = new Map<string, Bucket>();
  for (const { hour: at, total, failed } of hours) {
    const key = new Date(at).toDateString();
    const day = days.get(key) ?? { at, total: 0, failed: 0 };
    days.set(key, { at: day.at, total: day.total + total, failed: day.failed + failed });
  }
  return { by: "day", buckets: [...days.values()] };
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
export function bucketName(at: number, by: "hour" | "day"): string {
  const then = new Date(at);
  const day = then.toLocaleDateString(undefined, { day: "numeric", month: "short" });
  if (by === "day") return day;
  return `${then.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })}`;
}
