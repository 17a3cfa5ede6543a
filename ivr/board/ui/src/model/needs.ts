import type { Derived } from "./derived";
import { get, steps } from "./path";
import { references, texts } from "./references";
import { resolve } from "./schema";
import type { Block, Bootstrap, Schema, Value } from "./types";

/** A variable that a call needs which starts in the middle of a flow. */
export interface Need {
  name: string;
  /** What is entered for it must not be seen, and is never remembered. */
  hidden: boolean;
}

/** What every call knows of itself, wherever it starts. */
const ofTheLine = /^((ICALL|IAPI)_\d+\.)?(ANI|DNIS|CallSid|CallerName)$/;
/** How the server writes that a field takes the name of a variable. */
const isName = "^[A-Za-z_";

/**
 * The variables that blocks from `start` on refer to and that may not be set yet when the call comes there: those to which a
 * way leads along which no block sets them. A block counts as setting all of its variables by any port; what other flows
 * need, to which a Jump To leads, is not known here. Where parts of a variable are needed, the whole is made of them.
 */
export function needs(derived: Derived, bootstrap: Bootstrap, start: number): Need[] {
  const onward = ways(derived);
  const within = walk(start, onward);
  const met = derived.order.filter((number) => within.has(number) && !derived.passed.has(number));
  const asked = users(derived, met, bootstrap.reference);
  const system = new Set(["SECRET", ...bootstrap.system_variables.map(({ name }) => first(name))]);
  const found: Need[] = [];
  for (const [name, blocks] of asked) {
    if (system.has(first(name)) || ofTheLine.test(name)) continue;
    const setters = settersOf(derived, name, start);
    const unset = walk(start, (number) => (setters.has(number) ? [] : onward(number)));
    const needed = blocks.some((number) => unset.has(number) && !(setters.size === 1 && setters.has(number)));
    if (needed) found.push({ name, hidden: [...setters].some((number) => isHidden(derived.blocks.get(number), name)) });
  }
  return found.filter(
    ({ name }) => !found.some((other) => other.name.startsWith(`${name}.`) || other.name.startsWith(`${name}[`)),
  );
}

type Onward = (number: number) => readonly number[];

/** Where a call goes from a block; from a disabled one by its first port alone. */
function ways(derived: Derived): Onward {
  const found = new Map<number, number[]>();
  for (const { from, port, to } of derived.wires) {
    const only = derived.passed.get(from);
    if (only === undefined || only === port) found.set(from, [...(found.get(from) ?? []), to]);
  }
  return (number) => found.get(number) ?? [];
}

function walk(start: number, onward: Onward): Set<number> {
  const seen = new Set([start]);
  for (const number of seen) for (const to of onward(number)) seen.add(to);
  return seen;
}

/** By variable the blocks that refer to it, in their order. */
function users(derived: Derived, numbers: readonly number[], pattern: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const number of numbers) {
    const mine = new Set<string>();
    texts(derived.blocks.get(number)?.action, (text) => references(text, pattern).forEach((name) => mine.add(name)));
    for (const name of mine) found.set(name, [...(found.get(name) ?? []), number]);
  }
  return found;
}

const first = (name: string) => name.split(/[.[]/, 1)[0]!;

/** The blocks that set a variable, or what it is a part of. A call that starts at a trigger was not started by it. */
function settersOf(derived: Derived, name: string, start: number): Set<number> {
  const top = first(name);
  const [, prefix, number] = /^(.+)_(\d+)$/.exec(top) ?? [];
  const own = Number(number);
  const found = new Set<number>();
  if (prefix && derived.actions.get(own)?.prefix === prefix) found.add(own);
  else for (const block of derived.blocks.values()) if (shares(block, derived, top)) found.add(block.number);
  if (derived.actions.get(start)?.trigger) found.delete(start);
  for (const passed of derived.passed.keys()) found.delete(passed);
  return found;
}

/** Whether a block sets a variable that all of the flow's blocks know by this name. */
function shares(block: Block, derived: Derived, name: string): boolean {
  const action = derived.actions.get(block.number);
  if (!action) return false;
  return (
    action.variables.some((each) => each.name === name) || names(block.action, action.schema, action.schema).includes(name)
  );
}

/** Names of variables that an author chose in a block. */
function names(value: Value, schema: Schema, root: Schema): string[] {
  const { pattern, items, properties, anyOf } = resolve(schema, root);
  if (Array.isArray(anyOf)) return (anyOf as Schema[]).flatMap((each) => names(value, each, root));
  if (typeof value === "string") return pattern?.startsWith(isName) ? [value] : [];
  if (Array.isArray(value)) return items ? value.flatMap((each) => names(each, items as Schema, root)) : [];
  if (!value || typeof value !== "object" || !properties) return [];
  return Object.entries(properties as Record<string, Schema>).flatMap(([key, each]) =>
    names((value as Record<string, Value>)[key], each, root),
  );
}

function isHidden(block: Block | undefined, name: string): boolean {
  return block?.action.sensitive === true && !name.endsWith(".attempts");
}

const unseen = /•••|… \(\d+ characters\)$/;

/**
 * What a variable was among values of an earlier call, as text; "" when that is not known whole. The values go by the names
 * they were set by, so a part of one is looked for in it.
 */
export function known(values: Readonly<Record<string, Value>>, name: string): string {
  const ends = [name.length, ...[...name.matchAll(/[.[]/g)].map((match) => match.index).reverse()];
  for (const end of ends) {
    const held = values[name.slice(0, end)];
    if (held === undefined || held === null) continue;
    const found = end === name.length ? held : get(opened(held), steps(name.slice(end)));
    if (found === undefined || found === null) continue;
    const text = typeof found === "string" ? found : JSON.stringify(found);
    return unseen.test(text) ? "" : text;
  }
  return "";
}

/** A value that was written as text, as what it was. */
function opened(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
