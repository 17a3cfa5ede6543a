import type { Schemas } from "../api/contract";

/** A part of a page. */
export type Section = Schemas["HelpSection"];

export interface Hit {
  section: Section;
  /** Words around the first place where it was found. */
  excerpt: string;
}

const most = 30;
const around = 60;

/** The sections that have every word that was typed, those first whose heading has one. */
export function search(sections: readonly Section[], typed: string): Hit[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = sections.filter((each) => {
    const all = `${each.title} ${each.text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const inTitle = (each: Section) => words.filter((word) => each.title.toLowerCase().includes(word)).length;
  return found
    .map((section) => ({ section, rank: inTitle(section) }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ section }) => ({ section, excerpt: excerpt(section.text, words) }));
}

function excerpt(text: string, words: string[]): string {
  const low = text.toLowerCase();
  const places = words.map((word) => low.indexOf(word)).filter((place) => place >= 0);
  const first = places.length > 0 ? Math.min(...places) : 0;
  const start = Math.max(0, low.lastIndexOf(" ", Math.max(0, first - around)) + 1);
  const end = start + 3 * around;
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}
