import { createElement, Fragment, type ReactNode } from "react";
import { language, locale, type Plural } from "./chosen";

/** The names of what is filled into a message: those in braces. */
export type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<Text extends string, Value> = { readonly [name in Names<Text>]: Value };

const name = /\{(\w+)\}/g;

/** A message with its values: `fill("Delete {name}?", { name })`. */
export function fill<const Text extends string>(message: Text, values: Values<Text, string | number>): string {
  return message.replace(name, (_, key: Names<Text>) => String(values[key]));
}

/** A message with elements among its values, to be drawn. */
export function rich<const Text extends string>(message: Text, values: Values<Text, ReactNode>): ReactNode {
  const pieces = message.split(name).map((piece, index) => (index % 2 ? values[piece as Names<Text>] : piece));
  return createElement(Fragment, null, ...pieces);
}

const rules = new Intl.PluralRules(locale);

/** A message in the form that a number asks for, with the number for `{count}`, and other values if it has any. */
export function counted<const Forms extends Plural>(
  message: Forms,
  count: number,
  ...[values]: Exclude<Names<Forms["other"]>, "count"> extends never
    ? []
    : [values: Omit<Values<Forms["other"], string | number>, "count">]
): string {
  const form: string = message[rules.select(count)] ?? message.other;
  return fill(form, { ...(values as Record<string, string>), count: number(count) });
}

/** A number as people write it: "1,234". */
export function number(value: number, how?: Intl.NumberFormatOptions): string {
  return value.toLocaleString(locale, how);
}

/** Asked for with the first number that has one: the browser takes a while to know, and the first page needs none. */
let point: string | undefined;

/** A number with so many digits behind its point, and nothing between its thousands. */
export function fixed(value: number, digits: number): string {
  point ??= number(0.5)[1]!;
  return value.toFixed(digits).replace(".", point);
}

/** What stands within a sentence: nouns of German stay large. */
export function within(text: string): string {
  return language === "de" ? text : text.toLowerCase();
}
