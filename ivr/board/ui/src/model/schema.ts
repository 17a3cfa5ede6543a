import { common } from "../words/en/common";
import { model as t } from "../words/en/model";
import { fill } from "../words/fill";
import type { Schema, Value } from "./types";

/** How the declaration of an action wants a field shown. */
export interface Hints {
  widget?: string;
  group?: string;
  /** Folded away. */
  advanced?: boolean;
  /** The group is folded as long as nothing in it is filled in. */
  collapsed?: boolean;
  /** Beside its neighbour. */
  half?: boolean;
  unit?: string;
  placeholder?: string;
  /** Shown only while other fields of the same object have one of these values. */
  when?: Record<string, Value[]>;
  /** Words for the values of a choice. */
  labels?: Record<string, string>;
  /** What nothing is called, where nothing may be chosen. */
  none?: string;
  /** What one of the rows is called. */
  row?: string;
  /** What stands before the value. */
  before?: string;
  mono?: boolean;
  /** Tags may be written in it. */
  markup?: boolean;
  /** It is sent as a text message, in parts that are paid for. */
  parts?: boolean;
}

/** One field of an object, ready to be drawn. */
export interface FieldSpec {
  name: string;
  label: string;
  help: string;
  required: boolean;
  /** Nothing (null) may stand there. */
  nullable: boolean;
  fallback: Value;
  hints: Hints;
  kind: string;
  /** Its schema with references followed and null left out. */
  schema: Schema;
}

export interface Group {
  title: string;
  fields: FieldSpec[];
  /** Fields that are folded away within the group. */
  more: FieldSpec[];
  collapsed: boolean;
}

const isNull = (schema: Schema) => schema.type === "null";

/** A schema with its reference followed; what stands beside the reference goes first. */
export function resolve(schema: Schema, root: Schema): Schema {
  const name = typeof schema.$ref === "string" ? schema.$ref.replace("#/$defs/", "") : "";
  if (!name) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...resolve((root.$defs?.[name] as Schema) ?? {}, root), ...beside };
}

/** The one schema that counts, and whether null may stand there too. */
function essential(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  const resolved = resolve(schema, root);
  const options = (resolved.anyOf as Schema[] | undefined)?.map((each) => resolve(each, root));
  if (!options) return { schema: resolved, nullable: false };
  const real = options.filter((each) => !isNull(each));
  const { anyOf: _, ...beside } = resolved;
  const only = real.length === 1 ? real[0]! : { oneOf: real };
  const hints = { ...only["x-ui"], ...beside["x-ui"] };
  return { schema: { ...only, ...beside, "x-ui": hints }, nullable: real.length < options.length };
}

function kindOf(schema: Schema, root: Schema): string {
  const widget = schema["x-ui"]?.widget as string | undefined;
  if (widget) return widget;
  if (schema.oneOf) return "union";
  if (schema.enum) return "choice";
  if (schema.type === "array") return arrayKind(schema, root);
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "object" && schema.properties) return "object";
  return schema.type === "string" ? "text" : "json";
}

function arrayKind(schema: Schema, root: Schema): string {
  const { schema: item } = essential((schema.items as Schema) ?? {}, root);
  const kind = kindOf(item, root);
  if (item.type === "object") return "rows";
  if (kind === "text") return "words";
  return kind === "choice" ? "several" : "list";
}

/** What a name says: `token_url` is “Token url”. */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function fieldOf(name: string, raw: Schema, root: Schema, required = false): FieldSpec {
  const { schema, nullable } = essential(raw, root);
  const label = (raw.title as string) ?? (schema.title as string) ?? words(name);
  return {
    name,
    label,
    help: (raw.description as string) ?? "",
    required: required && !nullable,
    nullable,
    fallback: raw.default,
    hints: (schema["x-ui"] as Hints) ?? {},
    kind: kindOf(schema, root),
    schema,
  };
}

/** The fields of an object, in the order they were declared. A constant, such as the type, is none. */
export function fieldsOf(schema: Schema, root: Schema): FieldSpec[] {
  const required = new Set((schema.required as string[]) ?? []);
  return Object.entries((schema.properties as Record<string, Schema>) ?? {})
    .filter(([, each]) => each.const === undefined)
    .map(([name, each]) => fieldOf(name, each, root, required.has(name)));
}

/** The item of a list. */
export function itemOf(field: FieldSpec, root: Schema): FieldSpec {
  return fieldOf(field.name, (field.schema.items as Schema) ?? {}, root, true);
}

/** The field that a path of a problem is about, by its labels: "Response Variables 2, Query expression". */
export function fieldNamed(root: Schema, path: string): string {
  const names: string[] = [];
  let schema: Schema = root;
  for (const step of path.replace(/^action\.?/, "").matchAll(/(\w+)((?:\[\d+\])?)/g)) {
    const field = fieldsOf(schema, root).find((each) => each.name === step[1]);
    if (!field) break;
    names.push(step[2] ? `${field.label} ${Number(step[2].slice(1, -1)) + 1}` : field.label);
    schema = step[2] ? itemOf(field, root).schema : field.schema;
  }
  return names.join(", ");
}

/** The kinds that a union may be of: the value of `type`, and the schema. */
export function kindsOf(field: FieldSpec, root: Schema): { type: string; schema: Schema }[] {
  const options = (field.schema.oneOf as Schema[]).map((each) => resolve(each, root));
  return options.map((schema) => ({ type: String(schema.properties?.type?.const ?? ""), schema }));
}

export const ADVANCED = t.advanced;

/** Fields under their headings, in the order in which the headings come first; Advanced is the last one. */
export function groupsOf(fields: FieldSpec[]): Group[] {
  const titles = fields.map((field) =>
    field.hints.advanced && !field.hints.group ? ADVANCED : (field.hints.group ?? t.inputs),
  );
  const order = [...new Set(titles)].sort((one, other) => Number(one === ADVANCED) - Number(other === ADVANCED));
  return order.map((title) => {
    const within = fields.filter((_, index) => titles[index] === title);
    const more = title === ADVANCED ? [] : within.filter((field) => field.hints.advanced);
    const collapsed = title === ADVANCED || within.some((field) => field.hints.collapsed);
    return { title, fields: within.filter((field) => !more.includes(field)), more, collapsed };
  });
}

/** What a field holds: what was filled in, else what it is by default. */
export function valueOf(field: FieldSpec, values: Record<string, Value>): Value {
  return values[field.name] === undefined ? field.fallback : values[field.name];
}

/** Whether it was filled in with something that is not the default. */
export function filled(field: FieldSpec, values: Record<string, Value>): boolean {
  const value = values[field.name];
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(field.fallback ?? null);
}

/** Whether the other fields of its object let it be seen. */
export function visible(field: FieldSpec, values: Record<string, Value>, fields: FieldSpec[]): boolean {
  return Object.entries(field.hints.when ?? {}).every(([name, wanted]) => {
    const other = fields.find((each) => each.name === name);
    return wanted.includes((other ? valueOf(other, values) : values[name]) ?? null);
  });
}

/** What a value of a choice is called. */
export function choiceLabel(value: Value, hints: Hints = {}): string {
  if (value === null || value === undefined || value === "") return hints.none ?? common.none;
  const text = String(value);
  return hints.labels?.[text] ?? (/^[a-z]+([_-][a-z]+)*$/.test(text) ? words(text) : text);
}

/** A new object for a list: what must be there is there, empty. A choice takes what its neighbours have not. */
export function blank(schema: Schema, root: Schema, beside: Value[] = []): Record<string, Value> {
  const made: Record<string, Value> = {};
  const type = schema.properties?.type?.const as string | undefined;
  if (type) made.type = type;
  for (const field of fieldsOf(schema, root)) {
    if (field.required)
      made[field.name] = empty(
        field,
        root,
        beside.map((each) => (each as Record<string, Value>)?.[field.name]),
      );
  }
  return made;
}

function empty(field: FieldSpec, root: Schema, taken: Value[]): Value {
  if (field.fallback !== undefined) return field.fallback;
  if (field.schema.enum) return (field.schema.enum as Value[]).find((each) => !taken.includes(each)) ?? field.schema.enum[0];
  switch (field.kind) {
    case "number":
      return field.schema.minimum ?? 0;
    case "switch":
      return false;
    case "rows":
    case "list":
    case "words":
    case "several":
    case "weekdays":
      return [];
    case "object":
      return blank(field.schema, root);
    case "union":
      return blank(kindsOf(field, root)[0]?.schema ?? {}, root);
    default:
      return "";
  }
}

/** What is wrong with a value, shown while it is typed; the server has the last word. */
export function mistake(field: FieldSpec, value: Value): string {
  if (value === undefined || value === null) return "";
  const { minimum, maximum, minLength, maxLength, pattern, type } = field.schema as Schema;
  if (type === "integer" || type === "number") return numberMistake(value, type === "integer", minimum, maximum);
  if (typeof value !== "string" || field.schema.enum) return "";
  if (value === "" && !field.required) return "";
  if (maxLength !== undefined && value.length > maxLength)
    return fill(t.atMostCharactersTheseAre, { most: maxLength, count: value.length });
  if (value !== "" && minLength !== undefined && value.length < minLength)
    return fill(t.atLeastCharacters, { least: minLength });
  if (value !== "" && pattern && !new RegExp(pattern, "u").test(value)) return patternMistake(pattern);
  return "";
}

function numberMistake(value: Value, whole: boolean, least?: number, most?: number): string {
  if (typeof value !== "number" || (whole && !Number.isInteger(value))) return whole ? t.mustBeAWholeNumber : t.mustBeANumber;
  const low = least !== undefined && value < least;
  const high = most !== undefined && value > most;
  if (!low && !high) return "";
  if (least !== undefined && most !== undefined) return fill(t.mustBeFromTo, { least, most });
  return low ? fill(t.mustBeAtLeast, { least: least! }) : fill(t.mustBeAtMost, { most: most! });
}

function patternMistake(pattern: string): string {
  if (pattern.startsWith("^[A-Za-z_")) return t.lettersDigitsAndOnlyNot;
  return t.thisHasCharactersThatCant;
}
