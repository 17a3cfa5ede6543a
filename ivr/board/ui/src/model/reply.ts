import { Digits, isTree } from "../api/digits";
import { panel as t } from "../words/en/panel";
import { fill, fixed } from "../words/fill";
import { get } from "./path";
import { references, texts } from "./references";
import type { Config, Reply, Value } from "./types";

/** Fields of an External Web Call that no request is made of: they are for the caller, or for the answer. */
const unsent = [
  "type",
  "response_variables",
  "play_hold_music",
  "hold_audio",
  "hold_delay",
  "minimum_play",
  "opening_line",
  "timed_lines",
  "when_caller_hangs_up",
];

/** Whether two settings of a block make the same request, and judge its answer alike. */
export function sameRequest(one: Config, other: Config): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => unsent.includes(name) || one[name] === other[name]);
}

/** The variables that a request is made with, secrets apart. */
export function asked(config: Config, pattern: string): string[] {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(config)) {
    if (unsent.includes(name) || (name === "body" && !sendsBody(config))) continue;
    texts(value, (text) => references(text, pattern).forEach((each) => each.startsWith("SECRET.") || found.add(each)));
  }
  return [...found];
}

function sendsBody(config: Config): boolean {
  return !["GET", "HEAD", "OPTIONS", undefined].includes(config.method as string | undefined);
}

const plain = /^[^.[\]'"$\s][^.[\]'"]*$/;

/** The query expression that leads to a place in an answer. */
export function queryOf(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (plain.test(step) && step.trim() === step) return index ? `.${step}` : step;
      return step.includes("'") ? `["${step}"]` : `['${step}']`;
    })
    .join("");
}

const generated = ["responsebody", "statuscode", "response", "headers", "cause", "error", "duration", "attempts", "type"];

const general = ["name", "id", "value", "type", "text", "label", "title", "key", "code", "number", "date", "time", "status"];

/** A name for the value at a place in an answer, that no other variable of the block has: `doctor_name` for a mere `name`. */
export function nameFor(steps: readonly (string | number)[], taken: readonly string[]): string {
  const names = steps.filter((step) => typeof step === "string");
  const last = tidy(names.at(-1) ?? "value");
  const before = names.length > 1 ? tidy(names.at(-2)!) : "";
  const free = (name: string) => !taken.includes(name) && !generated.includes(name);
  if (free(last) && !(before && general.includes(last.toLowerCase()))) return last;
  const longer = before ? `${before}_${last}` : `${last}_2`;
  if (free(longer)) return longer;
  let count = 2;
  while (!free(`${longer}_${count}`)) count += 1;
  return `${longer}_${count}`;
}

function tidy(name: string): string {
  const word = name
    .replaceAll(/[^A-Za-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 50);
  return /^\d/.test(word) ? `value_${word}` : word || "value";
}

export type Found = { found: true; value: Value } | { found: false; hint: string } | null;

/**
 * What a query expression takes from an answer; null for a JSONPath, a list of all, and a place in XML, where one element
 * may be a list: only the server can follow those.
 */
export function take(query: string, answer: Value, markup = false): Found {
  const tidied = query.replaceAll(/[\s\u200b\ufeff\u00a0]+/g, " ").trim();
  if (!tidied) return { found: false, hint: "" };
  const own = isTree(answer) && !Array.isArray(answer) && Object.hasOwn(answer, tidied);
  if (own) return { found: true, value: (answer as Record<string, Value>)[tidied] };
  if (tidied.startsWith("$") || tidied.includes("[*]") || (markup && tidied.includes("["))) return null;
  const value = follow(Array.isArray(answer) ? tidied.replace(/^array(?=\[)/, "") : tidied, answer);
  return value === undefined ? { found: false, hint: hintFor(tidied, answer) } : { found: true, value };
}

const step = /(?:^|\.)([^.[\]]+)|\[(-?\d{1,9})\]|\[(['"])(.*?)\3\]/y;

function follow(query: string, answer: Value): Value {
  let found = answer;
  let end = 0;
  while (end < query.length) {
    step.lastIndex = end;
    const match = step.exec(query);
    if (!match) return undefined;
    end = step.lastIndex;
    const index = match[2] === undefined ? undefined : Number(match[2]);
    const name = match[4] ?? match[1]?.trim() ?? "";
    if (index !== undefined) found = Array.isArray(found) ? found.at(index) : undefined;
    else if (Array.isArray(found)) found = /^\d+$/.test(name) ? found[Number(name)] : undefined;
    else found = isTree(found) && Object.hasOwn(found, name) ? get(found, [name]) : undefined;
    if (found === undefined) return undefined;
  }
  return found;
}

/** "There is DateText.", for the commonest mistake: another case, or a part of the label. */
function hintFor(query: string, answer: Value): string {
  const wanted = (
    query
      .split(/[.[\]'"$]+/)
      .filter(Boolean)
      .at(-1) ?? ""
  ).toLowerCase();
  const labels = labelsOf(answer);
  const same = labels.filter((label) => label.toLowerCase() === wanted);
  const like = labels.filter((label) => wanted.length > 2 && label.toLowerCase().includes(wanted));
  const near = [...new Set([...same, ...like])].slice(0, 3);
  return near.length ? fill(t.thereIs, { values: near.join(", ") }) : "";
}

function labelsOf(answer: Value): string[] {
  const found = new Set<string>();
  let level: Value[] = [answer];
  while (level.length && found.size < 500) {
    level = level.flatMap((value) => {
      if (Array.isArray(value)) return value.slice(0, 20);
      if (!isTree(value)) return [];
      Object.keys(value).forEach((key) => found.add(key));
      return Object.values(value);
    });
  }
  return [...found];
}

/** A value in a few words. */
export function brief(value: Value): string {
  const text = typeof value === "string" ? value : value instanceof Digits ? value.text : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** 131 B, 12.4 kB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${fixed(bytes / 1000, 1)} kB` : `${fixed(bytes / 1_000_000, 1)} MB`;
}

/** Why there is no tree, in a sentence; "" when there is one. */
export function whyNoTree(reply: Reply): string {
  if (reply.cut) return t.theAnswerIsLongerThan;
  if (reply.status === null) return "";
  if (reply.body === "") return t.theAnswerHasNoBody;
  if (typeof reply.value === "string" || reply.value === null) return t.theAnswerIsNeitherJson;
  return "";
}
