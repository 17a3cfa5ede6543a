import { overlays as t } from "../words/en/overlays";
import { counted, fill } from "../words/fill";
import { actionOf, useBootstrap } from "./bootstrap";
import { withoutSecrets } from "./clipboard";
import type { Parts } from "./document";
import type { Block } from "./types";

const alike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function name(block: Block): string {
  const title = block.title || actionOf(useBootstrap.getState().bootstrap, block.action.type)?.title || block.action.type;
  return `${block.number}. ${title}`;
}

const settings = [
  ["name", t.flowName],
  ["description", t.flowDescription],
  ["time_zone", t.flowTimeZone],
  ["language", t.flowLanguage],
  ["voice", t.flowVoice],
  ["apology", t.flowApology],
] as const;

function value(of: unknown): string {
  if (of === undefined || of === "") return t.nothing;
  const text = typeof of === "string" ? of : JSON.stringify(of);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function fields(block: Block): Record<string, unknown> {
  const action = actionOf(useBootstrap.getState().bootstrap, block.action.type);
  return withoutSecrets(block.action, action?.schema) as Record<string, unknown>;
}

function within(mine: Block, theirs: Block): string[] {
  const told: string[] = [];
  const [old, now] = [fields(mine), fields(theirs)];
  if (mine.title !== theirs.title) told.push(fill(t.called, { name: name(mine), other: name(theirs) }));
  if (Boolean(mine.disabled) !== Boolean(theirs.disabled))
    told.push(`${name(theirs)}: ${theirs.disabled ? t.disabled : t.enabledAgain}`);
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [before, after] = [old[key], now[key]];
    if (!alike(before, after)) told.push(`${name(theirs)}: ${key.replaceAll("_", " ")} ${value(before)} → ${value(after)}`);
  }
  if (!alike(Object.entries(mine.exits).sort(), Object.entries(theirs.exits).sort()))
    told.push(fill(t.otherWires, { name: name(theirs) }));
  return told;
}

/** What `theirs` has otherwise than `mine`, a line each; the server has finer words for published versions. */
export function differences(mine: Parts, theirs: Parts): string[] {
  const [a, b] = [mine, theirs].map(({ flow }) => new Map(flow.blocks.map((block) => [block.number, block]))) as [
    Map<number, Block>,
    Map<number, Block>,
  ];
  const told: string[] = [];
  for (const [key, setting] of settings) {
    const [before, after] = [mine.flow[key], theirs.flow[key]];
    if (!alike(before, after)) told.push(fill(t.flowSetting, { setting, before: value(before), after: value(after) }));
  }
  for (const [number, block] of b) {
    const before = a.get(number);
    told.push(...(before ? within(before, block) : [fill(t.onlyInTheirs, { name: name(block) })]));
  }
  for (const [number, block] of a) if (!b.has(number)) told.push(fill(t.onlyInYours, { name: name(block) }));
  const moved = mine.flow.blocks.filter(({ number }) => b.has(number) && !alike(mine.places[number], theirs.places[number]));
  if (moved.length) told.push(counted(t.blocksElsewhere, moved.length));
  if (!alike(mine.notes, theirs.notes)) told.push(t.otherNotes);
  return told;
}
