import { panel as t } from "../words/en/panel";
import { counted, fill } from "../words/fill";
import { segments } from "./references";

/** How many parts a text message is sent in; the server counts the same when it sends one. */

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Those that take two: an escape, and themselves. */
const extended = new Set("\f^{}\\[~]|€");

export interface Parts {
  count: number;
  encoding: "GSM-7" | "UCS-2";
  /** The first character that GSM-7 does not know. */
  because?: string;
  /** Variables are filled in when it is sent: there may be more. */
  open: boolean;
}

/** The parts of a text with variables. `source` is the pattern of a reference. */
export function partsOf(text: string, source: string): Parts {
  const pieces = segments(text, source);
  const said = pieces.map((piece) => (piece.name === undefined ? piece.text.replaceAll("$$", "$") : "")).join("");
  const because = [...said].find((character) => !basic.has(character) && !extended.has(character));
  const sizes = [...said].map((one) =>
    (because === undefined ? extended.has(one) : one > "\uffff" || one.length > 1) ? 2 : 1,
  );
  const units = sizes.reduce((sum: number, size) => sum + size, 0);
  const [alone, joined] = because === undefined ? [160, 153] : [70, 67];
  return {
    count: units <= alone ? 1 : joinedParts(sizes, joined),
    encoding: because === undefined ? "GSM-7" : "UCS-2",
    because,
    open: pieces.some((piece) => piece.name !== undefined),
  };
}

/** A character that takes two units is never cut in two. */
function joinedParts(sizes: readonly number[], room: number): number {
  let [count, used] = [1, 0];
  for (const size of sizes) {
    if (used + size > room) [count, used] = [count + 1, 0];
    used += size;
  }
  return count;
}

/** The parts in words: "2 parts or more, UCS-2 because of “ł”". */
export function partsTold({ count, encoding, because, open }: Parts): string {
  const parts = counted(open ? t.partsOrMore : t.parts, count, { encoding });
  return because === undefined ? parts : fill(t.becauseOf, { parts, because });
}
