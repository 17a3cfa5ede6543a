import { useBootstrap } from "./bootstrap";
import { createDerive, type Derived } from "./derived";
import type { Parts } from "./document";
import type { Places, Point } from "./types";

export const grid = 8;
/** Sizes of a block in pixels; board.css draws it so. */
export const size = { width: 248, head: 56, summary: 44, exit: 22, foot: 10, input: 28 };
const column = size.width + 88;
const gap = 40;

export function snap(value: number): number {
  return Math.round(value / grid) * grid;
}

/** About how tall a block is, for those that were not drawn yet. */
export function heightOf(ports: number): number {
  return size.head + size.summary + (ports ? ports * size.exit + size.foot : 0);
}

/** How far below a block's top the middle of a port's row is. */
export function level(height: number, ports: number, at: number): number {
  return height - size.foot / 2 - (ports - at - 0.5) * size.exit;
}

/** Wires that lead back to where the call has been already, as `from>to`: the columns don't count them. */
function backWires(derived: Derived, roots: readonly number[]): Set<string> {
  const state = new Map<number, "open" | "done">();
  const back = new Set<string>();
  const targets = (number: number) => waysOut(derived, number).map(([to]) => to);
  for (const root of roots) {
    const path = state.has(root) ? [] : [{ number: root, ahead: targets(root) }];
    if (path.length) state.set(root, "open");
    while (path.length) {
      const top = path[path.length - 1]!;
      const to = top.ahead.shift();
      if (to === undefined) state.set(top.number, "done"), path.pop();
      else if (state.get(to) === "open") back.add(`${top.number}>${to}`);
      else if (!state.has(to)) state.set(to, "open"), path.push({ number: to, ahead: targets(to) });
    }
  }
  return back;
}

/** Where a block leads to, in the order of its ports: the number there, and the port's place among them. */
function waysOut({ blocks, ports }: Derived, number: number): [number, number][] {
  const exits = blocks.get(number)?.exits ?? {};
  return (ports.get(number) ?? [])
    .map((port, at) => [exits[port.id], at] as [number | undefined, number])
    .filter((way): way is [number, number] => way[0] !== undefined && blocks.has(way[0]));
}

/** The column of each block: one more than the farthest that leads to it. */
function columns(derived: Derived, back: ReadonlySet<string>): Map<number, number> {
  const found = new Map(derived.order.map((number) => [number, 0]));
  const waiting = new Map(derived.order.map((number) => [number, 0]));
  const ahead = (number: number) => waysOut(derived, number).filter(([to]) => !back.has(`${number}>${to}`) && to !== number);
  for (const number of derived.order) for (const [to] of ahead(number)) waiting.set(to, waiting.get(to)! + 1);
  const ready = derived.order.filter((number) => waiting.get(number) === 0);
  for (const number of ready) {
    for (const [to] of ahead(number)) {
      found.set(to, Math.max(found.get(to)!, found.get(number)! + 1));
      waiting.set(to, waiting.get(to)! - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
  }
  return found;
}

/** Roots with what is reached from them: all triggers together first, then each group that nothing leads to. */
function groups(derived: Derived): number[][] {
  const seen = new Set<number>();
  const reach = (roots: readonly number[]) => {
    const found: number[] = [];
    const ahead = [...roots];
    while (ahead.length) {
      const number = ahead.shift()!;
      if (seen.has(number)) continue;
      seen.add(number);
      found.push(number);
      ahead.push(...waysOut(derived, number).map(([to]) => to));
    }
    return found;
  };
  const heads = derived.order.filter((number) => !derived.into.get(number)?.length && !derived.starts.includes(number));
  const all = [
    reach(derived.starts),
    ...heads.map((number) => reach([number])),
    ...derived.order.map((number) => reach([number])),
  ];
  return all.filter((group) => group.length);
}

/**
 * How high what a block leads to would like to be: level with its port; the first of several so far up that the wires below
 * it pass under it. */
function wishes(derived: Derived, number: number, height: (number: number) => number): [number, number][] {
  const count = derived.ports.get(number)?.length ?? 0;
  const ways = waysOut(derived, number).filter(([to], at, all) => all.findIndex(([other]) => other === to) === at);
  return ways.map(([to, port], at) => {
    const y = level(height(number), count, port) - size.input;
    const below = at === 0 ? ways[1] : undefined;
    return [to, below ? Math.min(y, level(height(number), count, below[1]) - height(to) - gap / 2) : y];
  });
}

/** One group of blocks laid out from zero on: each column from top to bottom in the order of the call. */
function laidOut(
  derived: Derived,
  group: readonly number[],
  at: ReadonlyMap<number, number>,
  back: ReadonlySet<string>,
  height: (number: number) => number,
) {
  const rank = new Map(derived.order.map((number, index) => [number, index]));
  const wanted = new Map<number, number>();
  const found = new Map<number, Point>();
  const last = Math.max(...group.map((number) => at.get(number)!));
  for (let step = 0; step <= last; step++) {
    let low = -Infinity;
    for (const number of group.filter((one) => at.get(one) === step).sort((a, b) => rank.get(a)! - rank.get(b)!)) {
      const y = snap(Math.max(wanted.get(number) ?? 0, low));
      found.set(number, [80 + step * column, y]);
      low = Math.ceil((y + height(number) + gap) / grid) * grid;
      for (const [to, above] of wishes(derived, number, height)) {
        if (!back.has(`${number}>${to}`)) wanted.set(to, Math.min(wanted.get(to) ?? Infinity, y + above));
      }
    }
  }
  return found;
}

/**
 * Every block its place: columns by the longest way, each block level with the port that leads to it, in the order of the
 * ports, none over another. `heights` are those that were measured.
 */
export function tidy(derived: Derived, heights: ReadonlyMap<number, number> = new Map()): Places {
  const back = backWires(derived, derived.order);
  const at = columns(derived, back);
  const height = (number: number) => heights.get(number) ?? heightOf(derived.ports.get(number)?.length ?? 0);
  const places: Record<number, Point> = {};
  let top = 80;
  for (const group of groups(derived)) {
    const found = laidOut(derived, group, at, back, height);
    const highest = Math.min(...[...found.values()].map(([, y]) => y));
    let bottom = top;
    for (const [number, [x, y]] of found) {
      places[number] = [x, y - highest + top];
      bottom = Math.max(bottom, y - highest + top + height(number));
    }
    top = snap(bottom + 2 * gap);
  }
  return places;
}

/** Gives a place to blocks that have none, as in a flow that was never drawn. */
export function placed(parts: Parts): Parts {
  const missing = parts.flow.blocks.filter((block) => !parts.places[block.number]);
  if (!missing.length) return parts;
  const { bootstrap } = useBootstrap.getState();
  const all = tidy(createDerive()(parts.flow, bootstrap, {}));
  if (missing.length === parts.flow.blocks.length) return { ...parts, places: all };
  const below = Math.max(0, ...Object.values(parts.places).map(([, y]) => y)) + 240;
  const places = { ...parts.places };
  missing.forEach((block, index) => {
    places[block.number] = [80 + index * column, snap(below)];
  });
  return { ...parts, places };
}

/** A place near a point where no other block lies. */
export function free(parts: Parts, [x, y]: Point): Point {
  const taken = Object.values(parts.places);
  let spot: Point = [x, y];
  for (let turn = 0; turn < 40; turn++) {
    const hit = taken.some(([a, b]) => Math.abs(a - spot[0]) < size.width - 40 && Math.abs(b - spot[1]) < 72);
    if (!hit) return spot;
    spot = [spot[0], spot[1] + 88];
  }
  return spot;
}
