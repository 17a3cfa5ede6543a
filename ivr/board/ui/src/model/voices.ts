import type { Schemas } from "../api/contract";
import { panel as t } from "../words/en/panel";

/** Voices of the carrier, as a field offers them. */
export interface VoiceOption {
  name: string;
  hint: string;
}

const kinds = ["Generative", "Neural2", "Neural", "Chirp3-HD", "Wavenet", "Standard"];

function kindOf(name: string): string {
  return (
    kinds.find((kind) => name.includes(`-${kind}`))?.toLowerCase() ?? (name.startsWith("Polly.") ? "standard" : t.basicVoice)
  );
}

/** The voices that speak a language: those of its region first, then those of others; all where none does. */
export function voicesFor(table: Schemas["Voices"], language: string): VoiceOption[] {
  const [tongue] = language.split("-");
  const all = Object.entries(table.by_language);
  const own = all.filter(([each]) => each === language);
  const near = all.filter(([each]) => each !== language && each.split("-")[0] === tongue);
  const found = own.length + near.length ? [...own, ...near] : all;
  const named = found.flatMap(([each, names]) => names.map((name) => ({ name, hint: `${each}, ${kindOf(name)}` })));
  return [...named, ...table.everywhere.map((name) => ({ name, hint: t.basicVoice }))];
}
