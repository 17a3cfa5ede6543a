import { panel as t } from "../words/en/panel";
import { segments } from "./references";

const [open, close] = ["\ue000", "\ue001"];
const held = /\ue000(\d+)\ue001/g;

/** JSON in lines and steps, its values and references letter by letter as they were; or why it can't be read. */
export function formatted(text: string, pattern: string): string | { error: string } {
  const references: string[] = [];
  let quoted = false;
  let plain = "";
  let checked = "";
  for (const piece of segments(text, pattern)) {
    const mark = piece.name === undefined ? piece.text : `${open}${references.push(piece.text) - 1}${close}`;
    plain += mark;
    checked += piece.name === undefined || quoted ? mark : "null";
    if (piece.name === undefined) quoted = endsQuoted(piece.text, quoted);
  }
  try {
    JSON.parse(checked);
  } catch {
    return { error: t.thisIsNotJsonYet };
  }
  return indented(plain).replaceAll(held, (_, index: string) => references[Number(index)] ?? "");
}

/** JSON with a line for each value, letter by letter as it was; null when it is none. */
export function laidOut(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  return indented(text);
}

/** JSON that is known to be right, with a line for each value. */
function indented(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  let made = "";
  tokens.forEach((token, index) => {
    const line = (by: number) => `\n${"  ".repeat((depth += by))}`;
    const closes = token === "}" || token === "]";
    if (closes) made += /[{[]/.test(tokens[index - 1] ?? "") ? ((depth -= 1), token) : line(-1) + token;
    else if (token === ",") made += `,${line(0)}`;
    else if (token === ":") made += ": ";
    else if (token === "{" || token === "[") {
      depth += 1;
      made += /[}\]]/.test(tokens[index + 1] ?? "") ? token : `${token}\n${"  ".repeat(depth)}`;
    } else made += token;
  });
  return made;
}

/** Whether JSON text ends inside a string, given whether it began in one. */
function endsQuoted(text: string, quoted: boolean): boolean {
  let within = quoted;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && within) at++;
    else if (text[at] === '"') within = !within;
  }
  return within;
}
