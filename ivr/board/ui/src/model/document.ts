import type { Block, Flow, FlowDocument, Note, Places, Point } from "./types";

/** A flow in its three parts. */
export interface Parts {
  flow: Flow;
  places: Places;
  notes: readonly Note[];
}

function object(value: unknown): Record<string, unknown> {
  return value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function point(value: unknown): Point | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [x, y] = value as unknown[];
  return typeof x === "number" && typeof y === "number" && Number.isFinite(x + y) ? [x, y] : null;
}

function exits(value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(object(value)).filter(([, to]) => Number.isInteger(to))) as Record<string, number>;
}

/** A document, whatever mistakes are in it, as parts that can be drawn. Blocks without a number of their own are left out. */
export function read(document: unknown): Parts {
  const { blocks, notes, ...settings } = object(document);
  const places: Record<number, Point> = {};
  const found = new Map<number, Block>();
  for (const raw of Array.isArray(blocks) ? blocks : []) {
    const { place, ...rest } = object(raw);
    const number = rest.number;
    if (!Number.isInteger(number) || found.has(number as number)) continue;
    const given = object(rest.action);
    const action: Block["action"] = { ...given, type: typeof given.type === "string" ? given.type : "" };
    const title = typeof rest.title === "string" ? rest.title : "";
    found.set(number as number, { ...rest, number: number as number, title, action, exits: exits(rest.exits) });
    const at = point(place);
    if (at) places[number as number] = at;
  }
  const numbers = [...found.keys()];
  const last = Math.max(typeof settings.last_number === "number" ? settings.last_number : 0, 0, ...numbers);
  const texts = (Array.isArray(notes) ? notes : []).map(object).map((note) => ({
    text: typeof note.text === "string" ? note.text : "",
    place: point(note.place) ?? ([0, 0] as Point),
    size: point(note.size) ?? ([200, 120] as Point),
  }));
  const flow = { name: "", ...settings, id: String(settings.id ?? ""), last_number: last, blocks: [...found.values()] };
  return { flow, places, notes: texts };
}

/** The parts put together again, to be saved. */
export function write({ flow, places, notes }: Parts): FlowDocument {
  const blocks = flow.blocks.map((block) => ({ ...block, place: whole(places[block.number]) }));
  return { ...flow, blocks, notes: notes.map((note) => ({ ...note, place: whole(note.place)!, size: whole(note.size)! })) };
}

function whole(at: Point | undefined): Point | null {
  return at ? [Math.round(at[0]), Math.round(at[1])] : null;
}
