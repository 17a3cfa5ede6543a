import { actionOf } from "./bootstrap";
import { bypass, inputs, order, portsOf, type Wire, wireId } from "./graph";
import type { Action, Block, Bootstrap, Checked, Flow, FlowProblem, Port } from "./types";

/** What follows from what the flow says. Worked out once per change of it, for all blocks; never while one is dragged. */
export interface Derived {
  blocks: ReadonlyMap<number, Block>;
  actions: ReadonlyMap<number, Action | undefined>;
  ports: ReadonlyMap<number, readonly Port[]>;
  wires: readonly Wire[];
  byId: ReadonlyMap<string, Wire>;
  /** Wires into each block. */
  into: ReadonlyMap<number, readonly Wire[]>;
  /** The port by which calls pass a block by, for each that is disabled. */
  passed: ReadonlyMap<number, string>;
  /** Numbers in the order a call meets the blocks. */
  order: readonly number[];
  starts: readonly number[];
}

/** The same wire object for the same wire, so that what draws it can rest. */
const drawn = new Map<string, Wire>();

function wire(from: number, port: Port, to: number): Wire {
  const id = wireId(from, port.id);
  const key = `${id}>${to}`;
  const known = drawn.get(key);
  if (known && known.kind === port.kind) return known;
  const made = { id, from, port: port.id, to, kind: port.kind };
  drawn.set(key, made);
  return made;
}

function work(flow: Flow, bootstrap: Bootstrap | null, told: Checked["ports"], before: Derived | null): Derived {
  const blocks = new Map(flow.blocks.map((block) => [block.number, block]));
  const actions = new Map(flow.blocks.map((block) => [block.number, actionOf(bootstrap, block.action.type)]));
  const ports = new Map<number, readonly Port[]>();
  const wires: Wire[] = [];
  const passed = new Map<number, string>();
  for (const block of flow.blocks) {
    const found = portsOf(block, actions.get(block.number), told[block.number]);
    const same = before?.ports.get(block.number);
    ports.set(block.number, same && alike(same, found) ? same : found);
    const way = bypass(block, actions.get(block.number), found);
    if (way !== null) passed.set(block.number, way);
    for (const port of found) {
      const to = block.exits[port.id];
      if (to !== undefined && blocks.has(to)) wires.push(wire(block.number, port, to));
    }
  }
  const starts = flow.blocks.filter((block) => actions.get(block.number)?.trigger).map((block) => block.number);
  const byId = new Map(wires.map((one) => [one.id, one]));
  return { blocks, actions, ports, wires, byId, into: inputs(wires), passed, order: order(flow, ports, starts), starts };
}

function alike(a: readonly Port[], b: readonly Port[]): boolean {
  return a.length === b.length && a.every((port, at) => port.id === b[at]?.id && port.label === b[at]?.label);
}

/** Derives, and remembers the last answer: the same flow costs nothing, also when the server tells ports that were known. */
export function createDerive(): (flow: Flow, bootstrap: Bootstrap | null, told: Checked["ports"]) => Derived {
  let asked: [Flow, Bootstrap | null, Checked["ports"]] | null = null;
  let answer: Derived | null = null;
  return (flow, bootstrap, told) => {
    if (answer && asked && asked[0] === flow && asked[1] === bootstrap) {
      if (asked[2] === told) return answer;
      asked[2] = told;
      if (knew(answer, told)) return answer;
    }
    asked = [flow, bootstrap, told];
    answer = work(flow, bootstrap, told, answer);
    return answer;
  };
}

/** Whether every block has the ports that the server tells. */
function knew({ blocks, actions, ports }: Derived, told: Checked["ports"]): boolean {
  return [...blocks].every(([number, block]) => alike(ports.get(number)!, portsOf(block, actions.get(number), told[number])));
}

const none: readonly FlowProblem[] = [];
const sorted = new WeakMap<readonly FlowProblem[], Map<number, FlowProblem[]>>();

/** The problems of one block (0: of the flow itself), errors first. The same list for the same problems. */
export function problemsOf(problems: readonly FlowProblem[], number: number): readonly FlowProblem[] {
  let map = sorted.get(problems);
  if (!map) {
    sorted.set(problems, (map = new Map()));
    for (const problem of [...problems].sort((a, b) => Number(a.level > b.level) - Number(a.level < b.level))) {
      map.set(problem.block, [...(map.get(problem.block) ?? []), problem]);
    }
  }
  return map.get(number) ?? none;
}
