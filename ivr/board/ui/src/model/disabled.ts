import type { Derived } from "./derived";

/** What a switch for some blocks does: which of them it turns, and whether off or on again. */
export interface Switching {
  numbers: readonly number[];
  disable: boolean;
}

/** Those that are on go off; when none is, they come on again. Null: calls can pass none of these by. */
export function switching(derived: Derived, numbers: readonly number[]): Switching | null {
  const off = numbers.filter((number) => derived.blocks.get(number)?.disabled === true);
  const on = numbers.filter((number) => !off.includes(number) && passable(derived, number));
  if (on.length) return { numbers: on, disable: true };
  return off.length ? { numbers: off, disable: false } : null;
}

function passable(derived: Derived, number: number): boolean {
  return !derived.actions.get(number)?.trigger && Boolean(derived.ports.get(number)?.length);
}
