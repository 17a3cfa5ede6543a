import { model as t } from "../words/en/model";
import { fill } from "../words/fill";
import { actionOf } from "./bootstrap";
import { read } from "./document";
import type { Block, Bootstrap, Flow, FlowDocument, Schema } from "./types";

/** The live version of a flow: its number, and its blocks as they were published. */
export interface Published {
  revision: number;
  blocks: ReadonlyMap<number, Block>;
}

export type Since = "new" | "changed";

const none: ReadonlyMap<number, Since> = new Map();

export function published(revision: number, document: FlowDocument): Published {
  return { revision, blocks: new Map(read(document).flow.blocks.map((block) => [block.number, block])) };
}

/** "Changed since v3". */
export function sinceWords(since: Since, revision: number): string {
  return fill(since === "new" ? t.newSince : t.changedSince, { revision });
}

/** The schema of a value: references followed, and of several kinds the one that the value says it is. */
function schemaOf(schema: Schema | undefined, root: Schema, value: unknown): Schema {
  const name = typeof schema?.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  const here: Schema = (name ? (root.$defs?.[name] as Schema | undefined) : schema) ?? {};
  const kinds = [...(here.anyOf ?? []), ...(here.oneOf ?? [])].map((kind: Schema) => schemaOf(kind, root, value));
  if (!kinds.length) return here;
  const type = (value as { type?: unknown } | null)?.type;
  const found = kinds.find((kind) => kind.properties && (type === undefined || kind.properties.type?.const === type));
  return { ...found, default: here.default };
}

/** Whether two values say the same: it makes no difference whether a default is written down. */
function same(one: unknown, other: unknown, schema: Schema | undefined, root: Schema): boolean {
  const here = schemaOf(schema, root, one ?? other);
  const [a, b] = [one, other].map((value) => (value === undefined ? (schema?.default ?? here.default) : value));
  if (Object.is(a, b)) return true;
  if (!a || !b || typeof a !== "object" || typeof b !== "object" || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  const [mine, theirs] = [a, b] as Record<string, unknown>[];
  return [...new Set([...Object.keys(mine!), ...Object.keys(theirs!)])].every((key) =>
    same(mine![key], theirs![key], here.items ?? here.properties?.[key] ?? here.additionalProperties, root),
  );
}

/** Of a block itself: what is left out says no. */
const defaults: Schema = { properties: { title: { default: "" }, disabled: { default: false } } };

function alike(block: Block, live: Block, bootstrap: Bootstrap | null): boolean {
  const schema = actionOf(bootstrap, block.action.type)?.schema ?? {};
  const { action, ...rest } = block;
  const { action: before, ...old } = live;
  return same(rest, old, defaults, defaults) && same(action, before, schema, schema);
}

/** What was found of a block against one of the live version: an edit leaves all other blocks the same objects. */
const known = new WeakMap<Block, { live: Block; alike: boolean }>();

function remembered(block: Block, live: Block, bootstrap: Bootstrap | null): boolean {
  const found = known.get(block);
  if (found?.live === live) return found.alike;
  const answer = alike(block, live, bootstrap);
  known.set(block, { live, alike: answer });
  return answer;
}

/**
 * The blocks that say something else than what is live, or are new since. Where they lie does not matter. A secret only says
 * that it is set: another one counts as a change as long as the page knows it.
 */
function work(flow: Flow, live: Published, bootstrap: Bootstrap | null): ReadonlyMap<number, Since> {
  const found = new Map<number, Since>();
  for (const block of flow.blocks) {
    const before = live.blocks.get(block.number);
    if (!before) found.set(block.number, "new");
    else if (!remembered(block, before, bootstrap)) found.set(block.number, "changed");
  }
  return found;
}

let asked: readonly [Flow, Published, Bootstrap | null] | null = null;
let answer = none;

/** The same map for the same flow, so that all blocks may ask. Nothing is changed since a version that is not there. */
export function changedSince(flow: Flow, live: Published | null, bootstrap: Bootstrap | null): ReadonlyMap<number, Since> {
  if (!live) return none;
  if (asked?.[0] === flow && asked[1] === live && asked[2] === bootstrap) return answer;
  asked = [flow, live, bootstrap];
  answer = work(flow, live, bootstrap);
  return answer;
}
