import type { components } from "../api/schema";
import { sends } from "./curl";
import type { Config, Value } from "./types";

export type ApiDocument = { text: string; address: string };
export type Operation = components["schemas"]["Operation"];
export type Operations = components["schemas"]["Operations"];
export type Offered = components["schemas"]["Offered"];
export type Picked = components["schemas"]["Picked"];

/** Bytes of a document that are read. */
export const LARGEST = 5 * 1024 * 1024;

/** How many operations are drawn at once: a document may have thousands. */
export const SHOWN = 100;

/** The operations in which every word stands. */
export function found(operations: readonly Operation[], search: string): readonly Operation[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return operations;
  return operations.filter((each) => {
    const text = `${each.name} ${each.summary} ${each.tag}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A block that sends an operation, and takes these values from its answer besides those that it took before. */
export function filled(block: Config, picked: Picked, taken: readonly Offered[]): Config {
  const before = (block.response_variables ?? []) as { name: string }[];
  const names = new Set(before.map((each) => each.name));
  const added = taken.filter((each) => !names.has(each.name)).map(({ name, query }) => ({ name, query }));
  const now = sends(block, picked.fields as Config);
  return added.length ? ({ ...now, response_variables: [...before, ...added] as Value } as Config) : now;
}
