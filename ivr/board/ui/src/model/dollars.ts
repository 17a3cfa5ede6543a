import { segments } from "./references";

const parameter = /[?&]\$(\w+)=/g;
const operation = /\b(?:query|mutation|subscription)\b[^{}()]{0,200}\(([^(){}]{0,2000})\)/g;
const declared = /\$(\w+)\s{0,20}:\s{0,20}\[?\[?[A-Z]/g;
const first = /^[^.[]+/;

/** Names with a dollar sign that another language means, such as `$filter` of OData and `$id` of GraphQL, in a text. */
export function foreign(text: string, pattern: string, known: (name: string) => boolean): string[] {
  const names = [...text.matchAll(parameter)].map((match) => match[1]!);
  for (const match of text.matchAll(operation)) names.push(...[...match[1]!.matchAll(declared)].map((each) => each[1]!));
  const used = new Set(segments(text, pattern).map(({ name }) => (name ? first.exec(name)![0] : "")));
  return [...new Set(names)].filter((name) => used.has(name) && !known(name));
}

/** The text with these names as text: each dollar sign before one is doubled. */
export function doubled(text: string, pattern: string, names: readonly string[]): string {
  const isOne = (name = "") => names.includes(first.exec(name)?.[0] ?? "");
  return segments(text, pattern)
    .map((piece) => (isOne(piece.name) && !piece.text.startsWith("${") ? `$${piece.text}` : piece.text))
    .join("");
}
