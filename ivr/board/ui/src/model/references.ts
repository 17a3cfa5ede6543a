import type { Flow, Value } from "./types";

/** A piece of a text: plain, or a reference with the variable's name. */
export interface Segment {
  text: string;
  /** The variable's path without its dollar sign; undefined for plain text. */
  name?: string;
}

const compiled = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  let made = compiled.get(source);
  if (!made) compiled.set(source, (made = new RegExp(source, "g")));
  made.lastIndex = 0;
  return made;
}

/** A text in pieces. `source` is the pattern that the server uses itself (`bootstrap.reference`). */
export function segments(text: string, source: string): Segment[] {
  if (!text.includes("$")) return text ? [{ text }] : []; // most texts: no pattern has to be looked for
  const found: Segment[] = [];
  let at = 0;
  const wanted = pattern(source); // `matchAll` would make another one of it each time
  for (let match = wanted.exec(text); match; match = wanted.exec(text)) {
    const name = match.groups?.braced ?? match.groups?.bare;
    if (name === undefined) continue; // "$$" is a dollar sign
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: match[0], name });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** The variables a text refers to. */
export function references(text: string, source: string): string[] {
  return segments(text, source).flatMap((segment) => segment.name ?? []);
}

/** Calls back for every text within a value. */
export function texts(value: Value, found: (text: string) => void): void {
  if (typeof value === "string") found(value);
  else if (Array.isArray(value)) for (const one of value) texts(one, found);
  else if (value && typeof value === "object") for (const one of Object.values(value)) texts(one, found);
}

/** A copy of a value, each text within it replaced. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change)) as T;
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one, change)])) as T;
}

/** Which blocks use each variable, in the order of the blocks. */
export function users(flow: Flow, source: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const block of flow.blocks) {
    const mine = new Set<string>();
    texts(block.action, (text) => references(text, source).forEach((name) => mine.add(name)));
    for (const name of mine) {
      const known = found.get(name);
      if (known) known.push(block.number);
      else found.set(name, [block.number]);
    }
  }
  return found;
}
