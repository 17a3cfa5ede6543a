import { keys } from "./en/keys";

/** Keys as they are written on the keyboard of who reads it: "Ctrl Z". */
export function caps(written: string): string {
  return written.replace(/[A-Za-z]{2,}( key)?/g, (name) =>
    Object.hasOwn(keys, name) ? keys[name as keyof typeof keys] : name,
  );
}
