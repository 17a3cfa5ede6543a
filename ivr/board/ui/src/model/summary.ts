import { groups } from "../words/en/groups";
import { model as t } from "../words/en/model";
import { fill } from "../words/fill";
import type { Action, Block, Bootstrap, Schema, Value } from "./types";

const longest = 240;

function followed(schema: Schema | undefined, root: Schema): Schema {
  const name = typeof schema?.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  return (name ? (root.$defs?.[name] as Schema | undefined) : schema) ?? {};
}

/** A value of a field as a few words. Secrets are dots. */
function words(value: Value, schema: Schema): string {
  if (schema["x-ui"]?.widget === "secret") return value ? "•••" : "";
  if (Array.isArray(value)) {
    const [first = "", ...rest] = value.map((one) => words(one, {})).filter(Boolean);
    return rest.length ? fill(t.more, { first, count: rest.length }) : first;
  }
  if (value && typeof value === "object") {
    return Object.values(value)
      .filter((one) => typeof one === "string" || typeof one === "number")
      .join(" ");
  }
  if (typeof value === "boolean") return value ? t.yes : t.no;
  const text = value === null || value === undefined ? "" : String(value);
  return schema.enum || schema.const ? text.replaceAll("_", " ") : text;
}

/** What a block shows of its fields: its action's summary filled in, or else its first field that holds text. */
export function summaryOf(block: Block, action: Action | undefined): string {
  if (!action) return "";
  const fields = (action.schema.properties ?? {}) as Record<string, Schema>;
  const field = (name: string) => {
    const schema = followed(fields[name], action.schema);
    return words(block.action[name] ?? fields[name]?.default, schema);
  };
  if (action.summary) {
    const text = action.summary.replace(/\{(\w+)\}/g, (_, name: string) => field(name));
    return text.replace(/\s+/g, " ").trim().slice(0, longest);
  }
  const first = Object.keys(fields).find(
    (name) => ["template", "template-area"].includes(widgetOf(fields[name], action.schema)) && block.action[name],
  );
  return first ? field(first).replace(/\s+/g, " ").trim().slice(0, longest) : "";
}

function widgetOf(schema: Schema | undefined, root: Schema): string {
  return String(schema?.["x-ui"]?.widget ?? followed(schema, root)["x-ui"]?.widget ?? "");
}

/** The name of an action's group as a colour: `--cat-talk`. */
const colours: Record<string, string> = {
  Triggers: "start",
  Voice: "talk",
  Data: "data",
  Logic: "logic",
  Connect: "connect",
  Messages: "message",
  Ends: "end",
};

export function categoryOf(action: Action | undefined): string {
  return colours[action?.group ?? ""] ?? "end";
}

/** What a group of actions is called: those of other packages by their own names. */
export function groupName(group: string): string {
  return Object.hasOwn(groups, group) ? groups[group as keyof typeof groups] : group;
}

/** Actions by their groups: those that are known in the order of a call, then any others. */
export function grouped(bootstrap: Bootstrap | null): [string, Action[]][] {
  const found = new Map<string, Action[]>(Object.keys(colours).map((group) => [group, []]));
  for (const action of bootstrap?.actions ?? []) found.set(action.group, [...(found.get(action.group) ?? []), action]);
  return [...found].filter(([, actions]) => actions.length > 0).map(([group, actions]) => [groupName(group), actions]);
}

/** How well an action answers to what was typed: 0 not at all. Its own name counts before its keywords. */
export function answers(action: Action, typed: string): number {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return 1;
  const title = action.title.toLowerCase();
  if (title.startsWith(wanted)) return 5;
  if (title.split(/\s+/).some((word) => word.startsWith(wanted))) return 4;
  if (title.includes(wanted)) return 3;
  if (action.keywords.some((word) => word.toLowerCase().includes(wanted))) return 2;
  const every = wanted.split(/\s+/).every((word) => `${title} ${action.keywords.join(" ").toLowerCase()}`.includes(word));
  return every ? 1 : 0;
}

/** Actions for what was typed, the best first. */
export function matching(bootstrap: Bootstrap | null, typed: string): Action[] {
  return (bootstrap?.actions ?? [])
    .map((action, at) => ({ action, at, points: answers(action, typed) }))
    .filter((one) => one.points > 0)
    .sort((a, b) => b.points - a.points || a.at - b.at)
    .map((one) => one.action);
}
