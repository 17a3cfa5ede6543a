import type { German } from "./de";

/**
 * The language of the page. The server decides, by its settings or by what the browser prefers, and says so in the page
 * that it sends: it stays the same until the page is loaded anew.
 */
export const language = globalThis.document?.documentElement.lang === "de" ? "de" : "en";

/** How numbers, dates and times are written in it. */
export const locale: string = { en: "en-GB", de: "de-DE" }[language];

// The page in German begins with this script of its own, so that constants may hold words too. English needs none.
const german = (globalThis as { german?: German }).german;

/** A message in as many forms as numbers ask for: `{count}` stands for the number. */
export type Plural = { readonly other: string } & { readonly [rule in Intl.LDMLPluralRule]?: string };
export type Message = string | Plural;
export type Messages = Readonly<Record<string, Message>>;

/** The words of an area in the language of the page: those in English, or their translation. */
export function chosen<const Area extends keyof German, const English extends Messages>(area: Area, english: English): English {
  return german ? (german[area] as Messages as English) : english;
}
