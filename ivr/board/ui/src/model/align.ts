import type { Places, Point } from "./types";

export type Line = "left" | "top" | "across" | "down";

/** Blocks put in line with the first of them, or spaced out evenly between the outer two. */
export function aligned(places: Places, numbers: readonly number[], line: Line): Record<number, Point> {
  const found = numbers.flatMap((number) => (places[number] ? [{ number, at: places[number] }] : []));
  if (found.length < 2) return {};
  if (line === "left" || line === "top") {
    const axis = line === "left" ? 0 : 1;
    const edge = Math.min(...found.map(({ at }) => at[axis]));
    return Object.fromEntries(found.map(({ number, at }) => [number, axis === 0 ? [edge, at[1]] : [at[0], edge]] as const));
  }
  const axis = line === "across" ? 0 : 1;
  const sorted = [...found].sort((one, other) => one.at[axis] - other.at[axis]);
  const first = sorted[0]!.at[axis];
  const step = (sorted.at(-1)!.at[axis] - first) / (sorted.length - 1);
  return Object.fromEntries(
    sorted.map(({ number, at }, index) => {
      const to = Math.round((first + index * step) / 8) * 8;
      return [number, axis === 0 ? [to, at[1]] : [at[0], to]] as const;
    }),
  );
}
