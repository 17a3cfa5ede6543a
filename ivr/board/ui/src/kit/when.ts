const day = 86_400_000;
const start = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
const clock = (ms: number) => new Date(ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** A time as people say it: "Today 14:05", "Yesterday 09:30", "3 Nov 14:05", "3 Nov 2025". Milliseconds since 1970. */
export function when(ms: number, now: number = Date.now()): string {
  const days = Math.round((start(now) - start(ms)) / day);
  if (days === 0) return `Today ${clock(ms)}`;
  if (days === 1) return `Yesterday ${clock(ms)}`;
  const date = new Date(ms);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const named = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: sameYear ? undefined : "numeric" });
  return sameYear ? `${named} ${clock(ms)}` : named;
}

/** "1 call", "3 calls". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}

/** Bytes in the unit that fits: 640 B, 12 kB, 3.4 MB. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${Math.round(size / 1000)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
