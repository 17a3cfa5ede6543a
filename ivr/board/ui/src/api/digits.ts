/**
 * Numbers of answers, digit by digit as they came: JavaScript's own numbers round long ones, and know no `1.10`.
 * Such a number is kept as its text; all others stay numbers.
 */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  valueOf(): number {
    return Number(this.text);
  }

  /** As it came, where the browser can write it so; else as text, which keeps the digits too. */
  toJSON(): unknown {
    const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
    return raw ? raw(this.text) : this.text;
  }
}

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const mark = "\ue000";
const marked = /^\ue000-?\d[\d.eE+-]*$/;

/** JSON, its numbers exact within the members of these names, wherever they stand. Throws as JSON.parse does. */
export function parsedExactly(text: string, names: readonly string[]): unknown {
  const written = text.replaceAll(token, (each) =>
    each[0] === '"' || String(Number(each)) === each ? each : `"${mark}${each}"`,
  );
  const read: unknown = JSON.parse(written, (_, value: unknown) =>
    typeof value === "string" && marked.test(value) ? new Digits(value.slice(mark.length)) : value,
  );
  return settled(read, names);
}

/** Numbers outside of those members are the page's own to count with. */
function settled(value: unknown, names: readonly string[]): unknown {
  if (value instanceof Digits) return value.valueOf();
  if (Array.isArray(value)) return value.map((each) => settled(each, names));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, names.includes(name) ? each : settled(each, names)]),
  );
}

/** Whether a value has values inside. */
export function isTree(value: unknown): value is Record<string, unknown> | unknown[] {
  return value !== null && typeof value === "object" && !(value instanceof Digits);
}
