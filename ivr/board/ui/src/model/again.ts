import { flat } from "./trace";

const dots = /^[•*]{3,}$/;

/** What is known again in the next call: not what the line tells by itself, and nothing that was hidden. */
export function valuesOf(variables: Record<string, unknown>): Record<string, string> {
  const own = /^(ANI|DNIS|CallSid|CallerName)$|^ICALL_/;
  const known = (name: string, value: unknown) => !own.test(name) && value !== null && !dots.test(String(value));
  const kept = Object.entries(flat(variables))
    .filter(([name, value]) => known(name, value))
    .slice(0, 200);
  return Object.fromEntries(kept.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}
