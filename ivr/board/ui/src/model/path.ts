import type { Value } from "./types";

export type Path = string | readonly (string | number)[];

/** `headers[0].value` in steps; a path that is steps already stays as it is. */
export function steps(path: Path): readonly (string | number)[] {
  if (typeof path !== "string") return path;
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => (match[1] === undefined ? match[0] : Number(match[1])));
}

/** What stands at a path; undefined when nothing does. */
export function get(value: Value, path: Path): Value {
  let found = value;
  for (const step of steps(path)) {
    if (found === null || typeof found !== "object") return undefined;
    found = (found as Record<string | number, Value>)[step];
  }
  return found;
}

/** A copy with another value at the path; undefined takes it out. What is not touched stays the same object. */
export function put<T>(value: T, path: Path, to: Value): T {
  const [first, ...rest] = steps(path);
  if (first === undefined) return to as T;
  const next = rest.length ? put(get(value, [first]), rest, to) : to;
  if (typeof first === "number" || Array.isArray(value)) {
    const rows = Array.isArray(value) ? [...value] : [];
    if (next === undefined && rest.length === 0) rows.splice(Number(first), 1);
    else rows[Number(first)] = next;
    return rows as T;
  }
  const copy = { ...(value && typeof value === "object" ? value : {}) } as Record<string, Value>;
  if (next === undefined) delete copy[first];
  else copy[first] = next;
  return copy as T;
}
