import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const key = /^ {2}(\w+):/gm;
const short = (at: number) => letters[at % 52]! + (at < 52 ? "" : Math.floor(at / 52));

/** Areas whose messages are asked for by names that come from elsewhere. */
const named = ["groups", "keys"];

/** The keys of an area of the catalogue, each with its short name. */
function names(area: string, words: string): Map<string, string> {
  if (named.includes(area)) return new Map();
  const source = readFileSync(`${words}/en/${area}.ts`, "utf-8");
  return new Map([...source.matchAll(key)].map(([, name], at) => [name!, short(at)]));
}

/** Messages have long names, to be read in the sources; in the page, where they would weigh 6 kB, they have short ones. */
export function messages(words: string): Plugin {
  const known = new Map<string, Map<string, string>>();
  const of = (area: string) => known.get(area) ?? known.set(area, names(area, words)).get(area)!;
  return {
    name: "messages",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      const [, area] = /\/words\/(?:en|de)\/(\w+)\.ts$/.exec(id) ?? [];
      if (area && area !== "index") return code.replace(key, (line, name) => line.replace(name, of(area).get(name) ?? name));
      const imported = [...code.matchAll(/^import \{ (\w+)(?: as (\w+))? \} from "[./]+words\/en\/\w+";$/gm)];
      return imported.reduce(
        (text, [, from, as]) =>
          text.replace(new RegExp(`(?<![.\\w])${as ?? from}\\.(\\w+)`, "g"), (use, name) =>
            of(from!).has(name) ? `${as ?? from}.${of(from!).get(name)}` : use,
          ),
        code,
      );
    },
  };
}
