import { common } from "../words/en/common";
import { overlays as t } from "../words/en/overlays";
import { fill } from "../words/fill";
import type { Derived } from "./derived";
import { texts, users } from "./references";
import { groupName, matching } from "./summary";
import type { Action, Bootstrap, Flow } from "./types";
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
  small: string;
}

const most = 40;

/** Blocks that set a variable: it is in their own object, or they say its name. */
function setters(derived: Derived, name: string): number[] {
  const head = name.split(/[.[]/)[0] ?? "";
  return derived.order.filter((number) => {
    const prefix = derived.actions.get(number)?.prefix;
    return head === `${prefix}_${number}` || named(derived.blocks.get(number)?.action, head);
  });
}

function named(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((one) => named(one, name));
  if (!value || typeof value !== "object") return false;
  return Object.entries(value).some(
    ([key, one]) => (key === "name" && one === name) || (typeof one === "object" && named(one, name)),
  );
}

/** Searches a flow. The index is made once; each search is a walk over it. */
export function finder(derived: Derived, flow: Flow, bootstrap: Bootstrap | null): (typed: string) => Found[] {
  const entries = derived.order.map((number): Entry => {
    const block = derived.blocks.get(number)!;
    const parts: string[] = [];
    const { type: _, ...fields } = block.action;
    texts(fields, (text) => parts.push(text));
    const title = titleOf(derived, number);
    const text = [title, derived.actions.get(number)?.title, number, ...parts].join("\n");
    return { number, title, text, small: text.toLowerCase() };
  });
  const used = users(flow, bootstrap?.reference ?? "(?!)");
  return (typed) => {
    const wanted = typed.trim().toLowerCase();
    return [...blocks(wanted), ...variables(wanted), ...actions(typed)];
  };

  function blocks(wanted: string): Found[] {
    const found = entries.filter((entry) => entry.small.includes(wanted));
    found.sort((a, b) => points(b, wanted) - points(a, wanted));
    return found.slice(0, most).map(({ number, title, text }) => {
      const action = derived.actions.get(number);
      const within = wanted && !title.toLowerCase().includes(wanted) ? where(text, wanted) : (action?.title ?? "");
      return { id: `block ${number}`, label: `${number}. ${title}`, hint: within, group: common.blocks, action };
    });
  }

  function variables(wanted: string): Found[] {
    const name = wanted.replace(/^\$/, "");
    if (!name) return [];
    const found: Found[] = [];
    for (const [variable, numbers] of used) {
      if (!variable.toLowerCase().includes(name)) continue;
      const row = (number: number, does: typeof t.setBy | typeof t.usedByBlock): Found => ({
        id: `variable ${variable} ${does} ${number}`,
        label: `$${variable}`,
        hint: fill(does, { block: `${number}. ${titleOf(derived, number)}` }),
        group: common.variablesAlone,
      });
      found.push(
        ...setters(derived, variable).map((number) => row(number, t.setBy)),
        ...numbers.map((number) => row(number, t.usedByBlock)),
      );
    }
    return found.slice(0, most);
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

function points(entry: Entry, wanted: string): number {
  if (String(entry.number) === wanted) return 3;
  const title = entry.title.toLowerCase();
  return title.startsWith(wanted) ? 2 : title.includes(wanted) ? 1 : 0;
}

/** The words around what was found. */
function where(text: string, wanted: string): string {
  const at = text.toLowerCase().indexOf(wanted);
  const line = text.slice(Math.max(0, text.lastIndexOf("\n", at) + 1, at - 20), at + wanted.length + 30);
  return line.split("\n")[0] ?? "";
}
