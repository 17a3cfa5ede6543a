import { actionOf, useBootstrap } from "./bootstrap";
import type { Parts } from "./document";
import { read } from "./document";
import { addBlock } from "./edits";
import { mapTexts, segments } from "./references";
import type { BoardStore } from "./store";
import type { Block, Bootstrap, Point, Schema, Value } from "./types";

/** The schema that a reference within another leads to. */
function followed(schema: Schema | undefined, root: Schema): Schema {
  const name = typeof schema?.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  return (name ? (root.$defs?.[name] as Schema | undefined) : schema) ?? {};
}

/** A copy of a value in which every secret only says that it is set. */
export function withoutSecrets(value: Value, schema: Schema | undefined, root: Schema = schema ?? {}): Value {
  const here = followed(schema, root);
  if (here["x-ui"]?.widget === "secret" && typeof value === "string" && !/^\s*\$\{?SECRET\./.test(value)) return { set: true };
  const options = [...(here.anyOf ?? []), ...(here.oneOf ?? []), ...(here.allOf ?? [])] as Schema[];
  const first = options.reduce<Value>((found, option) => withoutSecrets(found, option, root), value);
  if (Array.isArray(first)) return here.items ? first.map((one) => withoutSecrets(one, here.items, root)) : first;
  if (!first || typeof first !== "object") return first;
  const fields = (here.properties ?? {}) as Record<string, Schema>;
  const entries = Object.entries(first).map(([key, one]) => [
    key,
    withoutSecrets(one, fields[key] ?? here.additionalProperties, root),
  ]);
  return Object.fromEntries(entries);
}

/** Blocks as text for the clipboard: JSON that one may also send by mail. No secret is in it. */
export function copied(parts: Parts, numbers: readonly number[], bootstrap: Bootstrap | null): string {
  const wanted = new Set(numbers);
  const blocks = parts.flow.blocks
    .filter((block) => wanted.has(block.number))
    .map((block) => ({
      ...block,
      action: withoutSecrets(block.action, actionOf(bootstrap, block.action.type)?.schema),
      exits: Object.fromEntries(Object.entries(block.exits).filter(([, to]) => wanted.has(to))),
      place: parts.places[block.number] ?? [0, 0],
    }));
  return JSON.stringify({ blocks }, null, 2);
}

/** Fields that name blocks by their numbers name the copies of those that were copied along. */
function renamed(action: Block["action"], schema: Schema | undefined, numbers: ReadonlyMap<number, number>): Block["action"] {
  const naming = Object.entries((schema?.properties ?? {}) as Record<string, Schema>).filter(
    ([name, each]) => each["x-ui"]?.widget === "blocks" && Array.isArray(action[name]),
  );
  const copies = (value: Value) => (value as Value[]).map((one) => numbers.get(one as number) ?? one);
  return { ...action, ...Object.fromEntries(naming.map(([name]) => [name, copies(action[name])])) };
}

/** References to a block that was copied along lead to its copy. */
function renumbered(
  block: Block,
  numbers: ReadonlyMap<number, number>,
  prefixes: ReadonlyMap<number, string>,
  { reference: source, actions }: Bootstrap,
): Block {
  const schema = actions.find((each) => each.type === block.action.type)?.schema;
  const action = mapTexts(block.action, (text) =>
    segments(text, source)
      .map((segment) => {
        const match = segment.name === undefined ? null : /^([A-Za-z_]\w*)_(\d+)(?=[.[]|$)/.exec(segment.name);
        const to = match && prefixes.get(Number(match[2])) === match[1] ? numbers.get(Number(match[2])) : undefined;
        return match && to !== undefined ? segment.text.replace(match[0], `${match[1]}_${to}`) : segment.text;
      })
      .join(""),
  );
  const exits = Object.entries(block.exits).flatMap(([port, to]) => (numbers.has(to) ? [[port, numbers.get(to)!]] : []));
  return { ...block, action: renamed(action, schema, numbers), exits: Object.fromEntries(exits) };
}

/** Blocks of a text put at a point, under new numbers. Null when the text holds none. */
export function pasted(
  parts: Parts,
  text: string,
  at: Point | null,
  bootstrap: Bootstrap | null,
): { parts: Parts; numbers: number[] } | null {
  if (!bootstrap) return null;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const from = read(document);
  const blocks = from.flow.blocks.filter((block) => actionOf(bootstrap, block.action.type));
  if (!blocks.length) return null;
  const spots = blocks.map((block) => from.places[block.number] ?? ([0, 0] as Point));
  const [left, top] = [Math.min(...spots.map(([x]) => x)), Math.min(...spots.map(([, y]) => y))];
  const [x, y] = at ?? [left + 40, top + 40];
  let next = parts;
  const numbers = new Map<number, number>();
  blocks.forEach((block, index) => {
    const spot = spots[index]!;
    const place: Point = [x + spot[0] - left, y + spot[1] - top];
    const added = addBlock(next, block.action, place, block.title);
    numbers.set(block.number, added.number);
    next = added.parts;
  });
  const prefixes = new Map(blocks.map((block) => [block.number, actionOf(bootstrap, block.action.type)!.prefix]));
  const made = new Map(blocks.map((block) => [numbers.get(block.number)!, renumbered(block, numbers, prefixes, bootstrap)]));
  const put = next.flow.blocks.map((block) => {
    const mine = made.get(block.number);
    if (!mine) return block;
    return { ...block, action: mine.action, exits: mine.exits, ...(mine.disabled ? { disabled: true } : {}) };
  });
  return { parts: { ...next, flow: { ...next.flow, blocks: put } }, numbers: [...numbers.values()] };
}

/** Copies within one flow, beside the originals; secrets stay where they are, and must be given anew. */
export function duplicate(store: BoardStore, numbers: readonly number[]): void {
  const state = store.getState();
  const { bootstrap } = useBootstrap.getState();
  const spots = numbers.map((number) => state.places[number] ?? ([0, 0] as Point));
  const at: Point = [Math.min(...spots.map(([x]) => x)) + 40, Math.max(Math.min(...spots.map(([, y]) => y)) + 40)];
  const made = pasted(state, copied(state, numbers, bootstrap), at, bootstrap);
  if (made) state.change("", () => made.parts, made.numbers);
}
