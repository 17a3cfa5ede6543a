import { locale } from "../words/chosen";
import { times as t } from "../words/en/times";
import { fill, fixed } from "../words/fill";

const day = 86_400_000;
const start = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
const of = (ms: number, how: Intl.DateTimeFormatOptions) => new Date(ms).toLocaleString(locale, how);

/** The time zone of who looks, such as Europe/Berlin. */
export const zone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Hours and minutes: "14:05". Milliseconds since 1970, here and below. */
export const clock = (ms: number): string => of(ms, { hour: "2-digit", minute: "2-digit" });

/** With its seconds: "14:05:09". */
export const exactly = (ms: number): string => of(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "3 Nov"; of another year "3 Nov 2025". */
export function dated(ms: number, now: number = Date.now()): string {
  const same = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return of(ms, { day: "numeric", month: "short", year: same ? undefined : "numeric" });
}

/** A time as people say it: "Today 14:05", "Yesterday 09:30", "3 Nov 14:05", "3 Nov 2025". */
export function when(ms: number, now: number = Date.now()): string {
  const days = Math.round((start(now) - start(ms)) / day);
  if (days === 0) return fill(t.today, { time: clock(ms) });
  if (days === 1) return fill(t.yesterday, { time: clock(ms) });
  const same = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return same ? `${dated(ms, now)} ${clock(ms)}` : dated(ms, now);
}

/** The day of a moment as a field of dates has it: "2026-01-05". */
export function dayOf(ms: number): string {
  const there = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${there.getFullYear()}-${two(there.getMonth() + 1)}-${two(there.getDate())}`;
}

/** Bytes in the unit that fits: 640 B, 12 kB, 3.4 MB. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${Math.round(size / 1000)} kB` : `${fixed(size / 1e6, 1)} MB`;
}
