import { type Node, Position } from "@xyflow/react";
import { heightOf, level, size } from "../model/layout";
import type { Port } from "../model/types";

type Expected = Pick<Node, "initialWidth" | "initialHeight" | "handles">;

/** As board.css draws them. */
const input = { width: 8, height: 16, x: -4, y: size.input - 7 };
const exit = { width: 12, height: 12, x: size.width - 6 };

const shapes = new WeakMap<readonly Port[], string>();

/** What of a block its size and the places of its handles depend on. */
export function shapeOf(ports: readonly Port[], trigger: boolean): string {
  let ids = shapes.get(ports);
  if (ids === undefined) shapes.set(ports, (ids = ports.map((port) => port.id).join(" ")));
  return trigger ? ids : `in ${ids}`;
}

/** A block that nobody has seen yet, about as it will be measured: wires lead to it, and it need not be drawn for that. */
export function unseen(ports: readonly Port[], trigger: boolean): Expected {
  const height = heightOf(ports.length);
  const exits = ports.map((port, at) => ({
    ...exit,
    y: level(height, ports.length, at) - exit.height / 2,
    id: port.id,
    type: "source" as const,
    position: Position.Right,
  }));
  const into = { ...input, id: "in", type: "target" as const, position: Position.Left };
  return { initialWidth: size.width, initialHeight: height, handles: trigger ? exits : [into, ...exits] };
}

/** A block or a note as it was measured, which is more than was expected of it. */
export function seen(node: Node): Node {
  if (!node.measured || !node.handles) return node;
  const { handles: _, ...rest } = node;
  return rest;
}
