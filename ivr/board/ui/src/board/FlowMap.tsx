import { type Node, Panel, type ReactFlowState, useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { shallow } from "zustand/shallow";
import type { Derived } from "../model/derived";
import { categoryOf } from "../model/summary";
import { useDerived } from "../model/useBoard";
import { board as t } from "../words/en/board";

/** Pixels of the map, and of the rim around what is drawn on it. */
const size = { width: 172, height: 108, rim: 5 };

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function boxOf({ position: { x, y }, ...node }: Node): Box {
  const width = node.measured?.width ?? node.width ?? node.initialWidth ?? 0;
  const height = node.measured?.height ?? node.height ?? node.initialHeight ?? 0;
  return { left: x, top: y, right: x + width, bottom: y + height };
}

function outlineOf({ left, top, right, bottom }: Box): string {
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

function together(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** What is seen of the board. */
function viewOf({ transform: [x, y, zoom], width, height }: ReactFlowState): Box {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}

/** Everything of one colour is one path: a thousand blocks would be a thousand elements to keep up with each frame of a drag. */
function drawnOf(nodes: readonly Node[], derived: Derived) {
  const colors = new Map<string, string>();
  let all: Box | null = null;
  for (const node of nodes) {
    const box = boxOf(node);
    const color = node.type === "note" ? "line" : `cat-${categoryOf(derived.actions.get(Number(node.id)))}`;
    colors.set(color, (colors.get(color) ?? "") + outlineOf(box));
    all = all ? together(all, box) : box;
  }
  return { colors: [...colors], all };
}

/** The wheel zooms. Not by React, whose listeners may not keep the page from being zoomed. */
function useWheel() {
  const map = useRef<SVGSVGElement>(null);
  const { getZoom, zoomTo } = useReactFlow();
  useEffect(() => {
    const turned = (event: WheelEvent) => {
      event.preventDefault();
      const step = [0.002, 0.05, 1][event.deltaMode] ?? 0.002;
      void zoomTo(getZoom() * 2 ** (-event.deltaY * step));
    };
    map.current?.addEventListener("wheel", turned, { passive: false });
    return () => map.current?.removeEventListener("wheel", turned);
  }, [getZoom, zoomTo]);
  return map;
}

/** All of the flow, small, and what is seen of it. A press goes there, a drag goes along, the wheel zooms. */
export function FlowMap() {
  const nodes = useStore((state) => state.nodes);
  const view = useStore(viewOf, shallow);
  const derived = useDerived((all) => all);
  const { getViewport, getZoom, setCenter, setViewport } = useReactFlow();
  const map = useWheel();
  const held = useRef({ x: 0, y: 0 });
  const { colors, all } = useMemo(() => drawnOf(nodes, derived), [nodes, derived]);

  const whole = all ? together(all, view) : view;
  const [wide, high] = [whole.right - whole.left, whole.bottom - whole.top];
  const scale = Math.max(wide / (size.width - 2 * size.rim), high / (size.height - 2 * size.rim));
  const [width, height] = [size.width * scale, size.height * scale];
  const [left, top] = [(whole.left + whole.right - width) / 2, (whole.top + whole.bottom - height) / 2];
  const paper = outlineOf({ left, top, right: left + width, bottom: top + height });

  function pressed(event: PointerEvent<SVGSVGElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x: event.clientX, y: event.clientY };
    const corner = event.currentTarget.getBoundingClientRect();
    const [x, y] = [left + (event.clientX - corner.x) * scale, top + (event.clientY - corner.y) * scale];
    const within = x > view.left && x < view.right && y > view.top && y < view.bottom;
    if (!within) void setCenter(x, y, { zoom: getZoom() });
  }

  function moved(event: PointerEvent<SVGSVGElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { x, y, zoom } = getViewport();
    const [dx, dy] = [event.clientX - held.current.x, event.clientY - held.current.y];
    held.current = { x: event.clientX, y: event.clientY };
    void setViewport({ x: x - dx * scale * zoom, y: y - dy * scale * zoom, zoom });
  }

  return (
    <Panel position="bottom-right" className="flow-map">
      <svg
        ref={map}
        role="img"
        aria-label={t.mapOfTheFlow}
        width={size.width}
        height={size.height}
        viewBox={`${left} ${top} ${width} ${height}`}
        onPointerDown={pressed}
        onPointerMove={moved}
      >
        {colors.map(([color, path]) => (
          <path key={color} d={path} style={{ fill: `var(--${color})`, stroke: `var(--${color})` }} />
        ))}
        <path className="unseen" d={paper + outlineOf(view)} fillRule="evenodd" />
      </svg>
    </Panel>
  );
}
