/** What is being typed behind a dollar sign: where it begins, and what there is of it. */
export interface Typing {
  start: number;
  typed: string;
  /** Behind a bar: the reference that a filter is typed for. */
  of?: string;
}

const behind = /(^|[^$])(?:\$\$)*(\$\{?)([A-Za-z_\u00aa-\u2dff][\w.[\]\u00aa-\uffdc]*)?$/;

const bar = /(^|[^$])(?:\$\$)*(\$\{?)([A-Za-z_\u00aa-\u2dff][\w.[\]"'\u00aa-\uffdc-]*) ?\| ?([A-Za-z0-9 ]*)$/;

/** The reference that is being typed at the caret, or the filter behind it; null when there is none. */
export function typingAt(text: string, caret: number): Typing | null {
  const filter = bar.exec(text.slice(0, caret));
  if (filter) return { start: filter.index + filter[0].lastIndexOf(filter[2]!), typed: filter[4]!, of: filter[3]! };
  const match = behind.exec(text.slice(0, caret));
  if (!match) return null;
  const typed = match[3] ?? "";
  return { start: caret - typed.length - match[2]!.length, typed };
}

/** A reference as it is written before `after`: in braces where it would run on into what follows. */
export function written(name: string, after: string): string {
  return /^(?:[\w\u00aa-\uffdc]|\.[\w\u00aa-\uffdc]|\.?\[["'\d])/.test(after) ? `\${${name}}` : `$${name}`;
}

/** Names that fit what was typed: those that begin so, then those with it inside. */
export function fitting<T extends { name: string }>(variables: readonly T[], typed: string): T[] {
  const wanted = typed.toLowerCase();
  const at = (one: T) => one.name.toLowerCase().indexOf(wanted);
  const first = variables.filter((one) => at(one) === 0);
  return [...first, ...variables.filter((one) => at(one) > 0)];
}
