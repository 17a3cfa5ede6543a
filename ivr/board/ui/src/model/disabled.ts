import type { Derived } from "./derived";
import type { Action, Block, Port } from "./types";

/** The exit by which calls pass a disabled block by, the first it has; null when they enter it, as the server has it. */
export function bypass(block: Block, action: Action | undefined, ports: readonly Port[]): string | null {
  return block.disabled === true && !action?.trigger ? (ports[0]?.id ?? null) : null;
}

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
