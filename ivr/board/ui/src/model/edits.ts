import type { Parts } from "./document";
import { type Path, put } from "./path";
import type { Block, Config, Flow, Note, Point, Port, Value } from "./types";

/** Changes of a flow as pure functions: parts in, parts out; the same parts when nothing changes. */

function withBlock(parts: Parts, number: number, change: (block: Block) => Block): Parts {
  let changed = false;
  const blocks = parts.flow.blocks.map((block) => {
    if (block.number !== number) return block;
    const next = change(block);
    changed = next !== block;
    return next;
  });
  return changed ? { ...parts, flow: { ...parts.flow, blocks } } : parts;
}

export function setConfig(parts: Parts, number: number, path: Path, value: Value): Parts {
  return withBlock(parts, number, (block) => ({ ...block, action: put(block.action, path, value) }));
}

export function rename(parts: Parts, number: number, title: string): Parts {
  const short = title.slice(0, 80);
  return withBlock(parts, number, (block) => (block.title === short ? block : { ...block, title: short }));
}

/** Calls pass these blocks by from now on, or enter them again. */
export function setDisabled(parts: Parts, numbers: readonly number[], disabled: boolean): Parts {
  return numbers.reduce(
    (made, number) =>
      withBlock(made, number, (block) => {
        if ((block.disabled === true) === disabled) return block;
        const { disabled: _, ...rest } = block;
        return disabled ? { ...rest, disabled } : rest;
      }),
    parts,
  );
}

export function setFlow(parts: Parts, values: Partial<Omit<Flow, "blocks" | "id" | "last_number">>): Parts {
  return { ...parts, flow: { ...parts.flow, ...values } };
}

/** Wires a port to a block, in place of where it led; null takes the wire out. A block is never wired to itself. */
export function connect(parts: Parts, number: number, port: string, target: number | null): Parts {
  if (target === number) return parts;
  return withBlock(parts, number, (block) => {
    if ((block.exits[port] ?? null) === target) return block;
    const { [port]: _, ...exits } = block.exits;
    return { ...block, exits: target === null ? exits : { ...exits, [port]: target } };
  });
}

/** The wire of the one port that a block has lost by its settings, now from the one that it has got in its place. */
export function carry(parts: Parts, number: number, before: readonly Port[], now: readonly Port[]): Parts {
  const had = new Set(before.map((port) => port.id));
  const has = new Set(now.map((port) => port.id));
  return withBlock(parts, number, (block) => {
    const [lost, another] = Object.keys(block.exits).filter((port) => had.has(port) && !has.has(port));
    const [got, more] = now.filter((port) => !had.has(port.id) && block.exits[port.id] === undefined);
    if (lost === undefined || another !== undefined || !got || more) return block;
    const { [lost]: target, ...exits } = block.exits;
    return { ...block, exits: { ...exits, [got.id]: target! } };
  });
}

export interface Added {
  parts: Parts;
  number: number;
}

/** A new block under a number that was never given before. */
export function addBlock(parts: Parts, action: Config, at: Point, title = ""): Added {
  const number = parts.flow.last_number + 1;
  const block: Block = { number, title, action, exits: {} };
  const flow = { ...parts.flow, last_number: number, blocks: [...parts.flow.blocks, block] };
  return { parts: { ...parts, flow, places: { ...parts.places, [number]: at } }, number };
}

/** Another action in a block's place: what both know by the same name stays, and so do wires of ports that both have. */
export function replaceAction(parts: Parts, number: number, action: Config, ports: readonly Port[]): Parts {
  const known = new Set(ports.map((port) => port.id));
  return withBlock(parts, number, (block) => {
    const kept = Object.entries(block.exits).filter(([port]) => known.has(port));
    const [lost] = Object.entries(block.exits).filter(([port]) => !known.has(port));
    const free = ports.find((port) => block.exits[port.id] === undefined);
    const healed = lost && free && kept.length === 0 ? [[free.id, lost[1]] as [string, number]] : [];
    const { disabled, ...rest } = block;
    const still = disabled && ports.length ? { disabled } : {};
    return { ...rest, ...still, action, exits: Object.fromEntries([...kept, ...healed]) };
  });
}

/** Without some blocks. A wire that led to one goes on to where that one's first connected port led. */
export function remove(parts: Parts, numbers: readonly number[], portsOf: (number: number) => readonly Port[]): Parts {
  const gone = new Set(numbers);
  const blocks = new Map(parts.flow.blocks.map((block) => [block.number, block]));
  if (![...gone].some((number) => blocks.has(number))) return parts;
  const beyond = (start: number): number | null => {
    const seen = new Set<number>();
    let at: number | undefined = start;
    while (at !== undefined && gone.has(at)) {
      if (seen.has(at)) return null;
      seen.add(at);
      const exits: Readonly<Record<string, number>> = blocks.get(at)?.exits ?? {};
      at = portsOf(at)
        .map((port) => exits[port.id])
        .find((to) => to !== undefined);
    }
    return at ?? null;
  };
  const left = parts.flow.blocks
    .filter((block) => !gone.has(block.number))
    .map((block) => {
      if (!Object.values(block.exits).some((to) => gone.has(to))) return block;
      const exits = Object.entries(block.exits)
        .map(([port, to]) => [port, gone.has(to) ? beyond(to) : to] as const)
        .filter(([, to]) => to !== null && to !== block.number);
      return { ...block, exits: Object.fromEntries(exits) as Record<string, number> };
    });
  const places = Object.fromEntries(Object.entries(parts.places).filter(([number]) => !gone.has(Number(number))));
  return { ...parts, flow: { ...parts.flow, blocks: left }, places };
}

/** Puts a block into a wire: what led from `from` by `port` now passes it, by its first free port. */
export function insert(parts: Parts, number: number, from: number, port: string, ports: readonly Port[]): Parts {
  const target = parts.flow.blocks.find((block) => block.number === from)?.exits[port];
  const own = parts.flow.blocks.find((block) => block.number === number)?.exits ?? {};
  const way = ports.find((one) => own[one.id] === undefined);
  const first = connect(parts, from, port, number);
  return target !== undefined && way ? connect(first, number, way.id, target) : first;
}

export function move(parts: Parts, places: Readonly<Record<number, Point>>): Parts {
  const same = Object.entries(places).every(([number, [x, y]]) => {
    const at = parts.places[Number(number)];
    return at && at[0] === x && at[1] === y;
  });
  return same ? parts : { ...parts, places: { ...parts.places, ...places } };
}

export function setNotes(parts: Parts, change: (notes: readonly Note[]) => readonly Note[]): Parts {
  return { ...parts, notes: change(parts.notes) };
}
