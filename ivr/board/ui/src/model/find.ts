import { common } from "../words/en/common";
import { overlays as t } from "../words/en/overlays";
import { fill } from "../words/fill";
import type { Derived } from "./derived";
import { texts, users } from "./references";
import { groupName, matching } from "./summary";
import type { Action, Bootstrap, Flow, Value } from "./types";
import { titleOf } from "./useBoard";

export interface Found {
  /** `block 3`, `variable name 3`, `add menu`. */
  id: string;
  label: string;
  hint: string;
  group: "Blocks" | "Variables" | "Add";
  action?: Action;
}

interface Entry {
  number: number;
  title: string;
  /** All that can be searched. */
  text: string;
  /** Both in small letters. */
  small: { title: string; text: string };
}

const most = 40;

/** The blocks that set each variable: it is in their own object, or they say its name. */
function setters(derived: Derived): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const number of derived.order) {
    const set = new Set([`${derived.actions.get(number)?.prefix}_${number}`]);
    names(derived.blocks.get(number)?.action, set);
    for (const name of set) {
      const known = found.get(name);
      if (known) known.push(number);
      else found.set(name, [number]);
    }
  }
  return found;
}

function names(value: Value, set: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) names(one, set);
  else if (value && typeof value === "object") {
    for (const [key, one] of Object.entries(value)) {
      if (key === "name" && typeof one === "string") set.add(one);
      else names(one, set);
    }
  }
}

/** Searches a flow. Whatever needs a look into the blocks is made once; each search is a walk over what was found there. */
export function finder(derived: Derived, flow: Flow, bootstrap: Bootstrap | null): (typed: string) => Found[] {
  const entries = derived.order.map((number): Entry => {
    const block = derived.blocks.get(number)!;
    const parts: string[] = [];
    const { type: _, ...fields } = block.action;
    texts(fields, (text) => parts.push(text));
    const title = titleOf(derived, number);
    const text = [title, derived.actions.get(number)?.title, number, ...parts].join("\n");
    return { number, title, text, small: { title: title.toLowerCase(), text: text.toLowerCase() } };
  });
  const set = setters(derived);
  const used = [...users(flow, bootstrap?.reference ?? "(?!)")].map(([name, numbers]) => ({
    name,
    small: name.toLowerCase(),
    setting: set.get(name.split(/[.[]/)[0] ?? "") ?? [],
    using: numbers,
  }));
  return (typed) => {
    const wanted = typed.trim().toLowerCase();
    return [...blocks(wanted), ...variables(wanted), ...actions(typed)];
  };

  function blocks(wanted: string): Found[] {
    const found = entries.filter((entry) => entry.small.text.includes(wanted));
    return first(found, (entry) => points(entry, wanted)).map(({ number, title, text, small }) => {
      const action = derived.actions.get(number);
      const within = wanted && !small.title.includes(wanted) ? where(text, wanted) : (action?.title ?? "");
      return { id: `block ${number}`, label: `${number}. ${title}`, hint: within, group: common.blocks, action };
    });
  }

  function variables(wanted: string): Found[] {
    const typed = wanted.replace(/^\$/, "");
    if (!typed) return [];
    const named = used.filter(({ small }) => small.includes(typed));
    const rows = first(named, ({ small }) => (small === typed ? 2 : small.startsWith(typed) ? 1 : 0));
    return rows
      .flatMap(({ name, setting, using }) => [
        ...setting.map((number) => [name, t.setBy, number] as const),
        ...using.map((number) => [name, t.usedByBlock, number] as const),
      ])
      .slice(0, most)
      .map(([name, does, number]) => ({
        id: `variable ${name} ${does} ${number}`,
        label: `$${name}`,
        hint: fill(does, { block: `${number}. ${titleOf(derived, number)}` }),
        group: common.variablesAlone,
      }));
  }

  function actions(typed: string): Found[] {
    if (!typed.trim()) return [];
    return matching(bootstrap, typed)
      .slice(0, 6)
      .map((action) => ({
        id: `add ${action.type}`,
        label: fill(common.add, { name: action.title }),
        hint: groupName(action.group),
        group: t.add,
        action,
      }));
  }
}

/** Those with the most points, of equal ones the first; no more than are shown. */
function first<T>(all: readonly T[], points: (one: T) => number): T[] {
  const best = all.map((one) => ({ one, points: points(one) })).sort((a, b) => b.points - a.points);
  return best.slice(0, most).map(({ one }) => one);
}

function points({ number, small }: Entry, wanted: string): number {
  if (String(number) === wanted) return 3;
  return small.title.startsWith(wanted) ? 2 : small.title.includes(wanted) ? 1 : 0;
}

/** The words around what was found. */
function where(text: string, wanted: string): string {
  const at = text.toLowerCase().indexOf(wanted);
  const line = text.slice(Math.max(0, text.lastIndexOf("\n", at) + 1, at - 20), at + wanted.length + 30);
  return line.split("\n")[0] ?? "";
}
