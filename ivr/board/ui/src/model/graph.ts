import { get } from "./path";
import type { Action, Block, Flow, Port, PortKind } from "./types";

/** A wire: from a block's port to a block. Its id is `3:success`. */
export interface Wire {
  id: string;
  from: number;
  port: string;
  to: number;
  kind: PortKind;
}

const kinds: Record<string, PortKind> = {
  success: "success",
  started: "success",
  answered: "success",
  true: "success",
  open: "success",
  failure: "failure",
  failed: "failure",
  no_match: "failure",
  invalid: "failure",
  closed: "failure",
  false: "failure",
  no_input: "timeout",
  no_answer: "timeout",
  busy: "timeout",
  timeout: "timeout",
};

/** How a port is drawn, by its id; as the server has it. */
export function kindOf(port: string): PortKind {
  return port.startsWith("key_") ? "digit" : (kinds[port] ?? "next");
}

export function wireId(from: number, port: string): string {
  return `${from}:${port}`;
}

const named: Record<string, string> = { "*": "key_star", "#": "key_pound" };

/** The port of a row, made as the server makes it: of its key, its id or its label. Null when the row says none yet. */
function rowPort(row: unknown): Port | null {
  const { key, id, label } = (row ?? {}) as Record<string, unknown>;
  const text = typeof label === "string" ? label : "";
  if (typeof key === "string" && key) {
    const port = named[key] ?? `key_${key}`;
    return { id: port, label: `${key} ${text}`.trim(), kind: kindOf(port) };
  }
  const made =
    (typeof id === "string" && id) ||
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_]+/gu, "_")
      .replace(/^_+|_+$/g, "");
  return made ? { id: made, label: text || made, kind: kindOf(made) } : null;
}

/**
 * The ways out of a block. Those that rows bring are worked out here, so that a row shows at once; for all else `told`, the
 * server's answer, goes first. Ports that are wired but that the block no longer has come last: one must see them to undo them.
 */
export function portsOf(block: Block, action: Action | undefined, told: readonly Port[] | undefined): Port[] {
  const ports = action?.ports_from ? withRows(block, action) : [...(told ?? action?.ports ?? [])];
  const known = new Set(ports.map((port) => port.id));
  for (const id of Object.keys(block.exits)) {
    if (!known.has(id)) ports.push({ id, label: id.replace(/^key_/, "").replaceAll("_", " "), kind: kindOf(id) });
  }
  return ports;
}

function withRows(block: Block, action: Action): Port[] {
  const rows = get(block.action, action.ports_from);
  const found = new Map<string, Port>();
  for (const row of Array.isArray(rows) ? rows : []) {
    const port = rowPort(row);
    if (port && !found.has(port.id)) found.set(port.id, port);
  }
  const fixed = action.ports.filter((port) => !found.has(port.id));
  return [...found.values(), ...fixed];
}

/** Blocks in the order a call meets them, in the order of the ports; then those nothing leads to, by number. */
export function order(flow: Flow, ports: ReadonlyMap<number, readonly Port[]>, starts: readonly number[]): number[] {
  const blocks = new Map(flow.blocks.map((block) => [block.number, block]));
  const seen = new Set<number>();
  const rest = [...blocks.keys()].sort((a, b) => a - b);
  for (const root of [...starts, ...rest]) {
    const ahead = [root];
    while (ahead.length) {
      const number = ahead.pop() as number;
      const block = blocks.get(number);
      if (!block || seen.has(number)) continue;
      seen.add(number);
      const targets = (ports.get(number) ?? []).map((port) => block.exits[port.id]);
      for (const target of targets.reverse()) if (target !== undefined && !seen.has(target)) ahead.push(target);
    }
  }
  return [...seen];
}

/** Numbers of the blocks from which a wire leads to each block. */
export function inputs(wires: readonly Wire[]): Map<number, Wire[]> {
  const found = new Map<number, Wire[]>();
  for (const wire of wires) {
    const list = found.get(wire.to);
    if (list) list.push(wire);
    else found.set(wire.to, [wire]);
  }
  return found;
}

/** The port by which calls pass a disabled block by, the first it has; null when they enter it, as the server has it. */
export function bypass(block: Block, action: Action | undefined, ports: readonly Port[]): string | null {
  return block.disabled === true && !action?.trigger ? (ports[0]?.id ?? null) : null;
}
