import type { Derived } from "./derived";
import { get, steps } from "./path";
import { references, texts } from "./references";
import { resolve } from "./schema";
import type { Bootstrap, Schema, Value } from "./types";

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
  const setting = settersOf(
    derived,
    (number) => !derived.passed.has(number) && !(number === start && derived.actions.get(start)?.trigger),
  );
  const hidden = hides(derived);
  const found: Need[] = [];
  for (const [name, blocks] of asked) {
    if (system.has(first(name)) || ofTheLine.test(name)) continue;
    const setters = setting(name);
    const [only] = setters.size === 1 ? setters : [];
    const users = new Set(blocks.filter((number) => number !== only));
    if (comes(start, users, setters, onward)) found.push({ name, hidden: hidden(name) });
  }
  const parts = new Set(found.flatMap(({ name }) => wholes(name)));
  return found.filter(({ name }) => !parts.has(name));
}

type Onward = (number: number) => readonly number[];

/** Where a call goes from a block; from a disabled one by its first port alone. */
function ways(derived: Derived): Onward {
  const found = new Map<number, number[]>();
  for (const { from, port, to } of derived.wires) {
    const only = derived.passed.get(from);
    if (only !== undefined && only !== port) continue;
    const known = found.get(from);
    if (known) known.push(to);
    else found.set(from, [to]);
  }
  return (number) => found.get(number) ?? [];
}

function walk(start: number, onward: Onward): Set<number> {
  const seen = new Set([start]);
  for (const number of seen) for (const to of onward(number)) seen.add(to);
  return seen;
}

/** Whether a call from `start` comes to one of `goals` without going on from a block of `held`. */
function comes(start: number, goals: ReadonlySet<number>, held: ReadonlySet<number>, onward: Onward): boolean {
  const seen = new Set([start]);
  for (const number of seen) {
    if (goals.has(number)) return true;
    if (!held.has(number)) for (const to of onward(number)) seen.add(to);
  }
  return false;
}

/** By variable the blocks that refer to it, in their order. */
function users(derived: Derived, numbers: readonly number[], pattern: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const number of numbers) {
    const mine = new Set<string>();
    texts(derived.blocks.get(number)?.action, (text) => references(text, pattern).forEach((name) => mine.add(name)));
    for (const name of mine) {
      const known = found.get(name);
      if (known) known.push(number);
      else found.set(name, [number]);
    }
  }
  return found;
}

const first = (name: string) => name.split(/[.[]/, 1)[0]!;

/** What a variable is a part of: of `a.b[0]` these are `a.b` and `a`. */
const wholes = (name: string) => [...name.matchAll(/[.[]/g)].map(({ index }) => name.slice(0, index));

/** Whether what a variable holds must not be seen: a block that sets it, even one that is disabled now, is sensitive. */
export function hides(derived: Derived): (name: string) => boolean {
  const setting = settersOf(derived, (number) => derived.blocks.get(number)?.action.sensitive === true);
  return (name) => !name.endsWith(".attempts") && setting(name).size > 0;
}

/**
 * For each variable the blocks that set it, or what it is a part of, of those that count: a call that starts at a trigger
 * was not started by it, and blocks that calls pass by set nothing. All blocks are looked through once, however many
 * variables there are.
 */
function settersOf(derived: Derived, counts: (number: number) => boolean): (name: string) => ReadonlySet<number> {
  const found = new Map<string, Set<number>>();
  for (const block of derived.blocks.values()) {
    const action = derived.actions.get(block.number);
    if (!action || !counts(block.number)) continue;
    for (const name of [...action.variables.map((each) => each.name), ...names(block.action, action.schema, action.schema)]) {
      const known = found.get(name);
      if (known) known.add(block.number);
      else found.set(name, new Set([block.number]));
    }
  }
  return (name) => {
    const top = first(name);
    const [, prefix, number] = /^(.+)_(\d+)$/.exec(top) ?? [];
    const own = Number(number);
    if (!prefix || derived.actions.get(own)?.prefix !== prefix) return found.get(top) ?? none;
    return counts(own) ? new Set([own]) : none;
  };
}

const none: ReadonlySet<number> = new Set();

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
