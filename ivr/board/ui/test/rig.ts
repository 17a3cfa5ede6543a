import { useBootstrap } from "../src/model/bootstrap";
import type { Action, Block, Bootstrap, FlowDocument, Port } from "../src/model/types";

const port = (id: string): Port => ({ id, label: id, kind: "next" });
const template = { type: "string", "x-ui": { widget: "template" } };

function action(type: string, prefix: string, ports: string[], more: Partial<Action> = {}): Action {
  return {
    type,
    title: type,
    group: "Voice",
    icon: "",
    prefix,
    help: "",
    keywords: [],
    trigger: false,
    summary: "",
    ports_from: "",
    ports: ports.map(port),
    variables: [],
    schema: { properties: {} },
    ...more,
  };
}

/** A few actions, as a server would tell of them. */
export const bootstrap = {
  reference: String.raw`\$(?:(?<dollar>\$)|\{(?<braced>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*)\}|(?<bare>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*))`,
  actions: [
    action("ring", "RING", ["next"], { trigger: true }),
    action("say", "SAY", ["next"], {
      schema: { properties: { words: template, blocks: { type: "array", "x-ui": { widget: "blocks" } } } },
    }),
    action("menu", "MENU", ["no_input", "no_match"], { ports_from: "choices" }),
    action("ask", "ASK", ["success", "failure"], {
      summary: "{method} {url}",
      schema: {
        properties: {
          method: { enum: ["GET", "POST"], default: "GET" },
          url: template,
          auth: { anyOf: [{ $ref: "#/$defs/Basic" }, { type: "null" }] },
        },
        $defs: {
          Basic: { properties: { user: { type: "string" }, password: { type: "string", "x-ui": { widget: "secret" } } } },
        },
      },
    }),
    action("end", "END", []),
  ],
} as unknown as Bootstrap;

export function begin(): void {
  useBootstrap.setState({ bootstrap, problem: null });
}

export function block(
  number: number,
  type: string,
  exits: Record<string, number> = {},
  more: Record<string, unknown> = {},
): Block {
  return { number, title: "", action: { type, ...more }, exits };
}

export function document(...blocks: Block[]): FlowDocument {
  const last = Math.max(0, ...blocks.map((one) => one.number));
  const placed = blocks.map((one) => ({ ...one, place: [one.number * 320, 80] as const }));
  return { id: "main", name: "Main", last_number: last, blocks: placed, notes: [] };
}
