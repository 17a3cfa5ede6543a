import type { Parts } from "./document";
import { heightOf, size } from "./layout";
import type { Point } from "./types";

const between = 72;

/**
 * Room for a block that was put into a wire where there is too little: it comes to stand behind the block it follows, and
 * what lies to the right moves on. Where there is enough, and where the wire leads back, nothing moves.
 */
export function roomFor(parts: Parts, number: number, from: number, to: number): Parts {
  const [start, end, own] = [parts.places[from], parts.places[to], parts.places[number]];
  if (!start || !end || !own || end[0] <= start[0]) return parts;
  const near = Object.entries(parts.places).some(([other, place]) => Number(other) !== number && touches(own, place));
  if (!near) return parts;
  const left = start[0] + size.width + between;
  const missing = Math.max(0, left + size.width + between - end[0]);
  const moved = ([x, y]: Point): Point => (x >= end[0] ? [x + missing, y] : [x, y]);
  const places = Object.fromEntries(Object.entries(parts.places).map(([other, place]) => [other, moved(place)]));
  const notes = missing ? parts.notes.map((note) => ({ ...note, place: moved(note.place) })) : parts.notes;
  return { ...parts, places: { ...places, [number]: [left, own[1]] }, notes };
}

/** Whether two blocks would lie over each other, as far as that is known before they are drawn. */
function touches([x, y]: Point, [a, b]: Point): boolean {
  return Math.abs(x - a) < size.width + 16 && Math.abs(y - b) < heightOf(2);
}
