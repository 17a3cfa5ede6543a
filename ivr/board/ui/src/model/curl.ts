import type { Config, Value } from "./types";

/** What of an External Web Call a pasted command decides. */
const request = ["method", "url", "content_type", "headers", "authentication", "body", "form"];

/** Whether a pasted text is a curl command rather than an address. */
export function isCurl(text: string): boolean {
  return /^\s*(?:[$%>#]\s+)?curl(?:\.exe)?\s/i.test(text);
}

/** A block that sends what a command sends: nothing of its own request is left, everything else of it stays. */
export function sends(block: Config, fields: Config): Config {
  const kept = Object.fromEntries(Object.entries(block).filter(([name]) => !request.includes(name)));
  return { ...kept, ...fields } as Config;
}

/** The secrets among the fields of a command, with their paths. */
export function keptIn(fields: Config): [string, string][] {
  const authentication = (fields.authentication ?? {}) as Record<string, Value>;
  return ["password", "token", "value", "secret_key"]
    .map((name) => [name, authentication[name]] as const)
    .filter(
      (each): each is readonly [string, string] =>
        typeof each[1] === "string" && each[1] !== "" && !each[1].startsWith("$SECRET."),
    )
    .map(([name, text]) => [`authentication.${name}`, text]);
}
