import type { Node } from "@xyflow/react";
import { type MouseEvent as Press, useMemo } from "react";
import { hoverWire, pointer, useOverlay } from "./overlay";
import { useView } from "./useView";

/** Right clicks, and where the pointer is. */
export function useClicks() {
  const view = useView();
  return useMemo(
    () => ({
      onNodeContextMenu: (event: Press, node: Node) => {
        if (node.type !== "block") return;
        event.preventDefault();
        useOverlay.setState({ clicked: { kind: "block", number: Number(node.id), at: where(event) } });
      },
      onEdgeContextMenu: (event: Press, edge: { id: string }) => {
        event.preventDefault();
        useOverlay.setState({ clicked: { kind: "wire", id: edge.id, at: where(event) } });
      },
      onPaneContextMenu: (event: Press | MouseEvent) => {
        event.preventDefault();
        const at = { x: event.clientX, y: event.clientY };
        useOverlay.setState({ clicked: { kind: "board", at, place: view.at(at) } });
      },
      onEdgeMouseEnter: (_: unknown, edge: { id: string }) => hoverWire(edge.id),
      onEdgeMouseLeave: () => hoverWire(null),
      onMouseMove: (event: Press) => {
        pointer.at = { x: event.clientX, y: event.clientY };
      },
      onMouseLeave: () => {
        pointer.at = null;
      },
    }),
    [view],
  );
}

/** A point for a menu; the Menu key gives none worth having, so that of the element is taken. */
function where(event: Press): { x: number; y: number } {
  if (event.button === 2) return { x: event.clientX, y: event.clientY };
  const box = event.currentTarget.getBoundingClientRect();
  return { x: box.left + 24, y: box.top + 40 };
}
