import { type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { useMemo } from "react";
import { size } from "../model/layout";
import type { BoardStore } from "../model/store";
import type { Point } from "../model/types";
import { useBoardStore } from "../model/useBoard";
import { blockElement, type Spot } from "./overlay";

const margin = 24;
const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160);

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface View {
  /** The place of the board under a point of the window. */
  at(spot: Spot): Point;
  /** Where a place of the board is in the window. */
  spot(place: Point): Spot;
  /** The middle of what is seen, for the upper left corner of a block. */
  middle(): Point;
  /** Move the view just so far that these blocks are seen; leave it when they are. */
  reveal(numbers: readonly number[]): void;
  fit(numbers?: readonly number[]): void;
  zoom(to: number): void;
  zoomIn(): void;
  zoomOut(): void;
}

/** The box around blocks, as measured or else as expected. */
export function around(flow: ReactFlowInstance, board: BoardStore, numbers: readonly number[]): Box | null {
  const { places } = board.getState();
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const number of numbers) {
    const place = places[number];
    if (!place) continue;
    const node = flow.getNode(String(number));
    const height = node?.measured?.height ?? node?.initialHeight ?? 140;
    [left, top] = [Math.min(left, place[0]), Math.min(top, place[1])];
    [right, bottom] = [Math.max(right, place[0] + size.width), Math.max(bottom, place[1] + height)];
  }
  return Number.isFinite(left) ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/** How far something that begins there, and is so long, moves to be seen; where it has no room, its beginning is. */
function moved(begin: number, length: number, room: number): number {
  if (length > room) return -begin;
  const rim = Math.min(margin, (room - length) / 2);
  return Math.max(0, rim - begin) - Math.max(0, begin + length + rim - room);
}

/** What the board shows of itself, and ways to show something else. */
export function useView(): View {
  const flow = useReactFlow();
  const store = useStoreApi();
  const board = useBoardStore();
  return useMemo(() => {
    const canvas = () => store.getState();
    const rect = () => canvas().domNode?.getBoundingClientRect() ?? new DOMRect(0, 0, 800, 600);
    const at = ({ x, y }: Spot): Point => {
      const point = flow.screenToFlowPosition({ x, y });
      return [point.x, point.y];
    };
    const fitBox = (box: Box, most = 1) => {
      const { width, height } = rect();
      const zoom = Math.max(0.1, Math.min(most, (width - 2 * 48) / box.width, (height - 2 * 56) / box.height));
      const [x, y] = [(width - box.width * zoom) / 2 - box.x * zoom, (height - box.height * zoom) / 2 - box.y * zoom];
      void flow.setViewport({ x, y, zoom }, { duration: motion() });
    };
    return {
      at,
      spot: ([x, y]) => flow.flowToScreenPosition({ x, y }),
      middle: () => {
        const { left, top, width, height } = rect();
        const [x, y] = at({ x: left + width / 2, y: top + height / 2 });
        return [x - size.width / 2, y - 60];
      },
      reveal: (numbers) => {
        const box = around(flow, board, numbers);
        if (!box) return;
        const { width, height } = rect();
        const { x, y, zoom } = flow.getViewport();
        const [left, top] = [box.x * zoom + x, box.y * zoom + y];
        const [wide, high] = [box.width * zoom, box.height * zoom];
        if (numbers.length > 1 && (wide > width - 2 * margin || high > height - 2 * margin)) return fitBox(box);
        const [dx, dy] = [moved(left, wide, width), moved(top, high, height)];
        if (!dx && !dy) return;
        const far = Math.abs(dx) > width / 2 || Math.abs(dy) > height / 2;
        const to = far ? { x: x + (width - wide) / 2 - left, y: y + (height - high) / 2 - top } : { x: x + dx, y: y + dy };
        void flow.setViewport({ ...to, zoom }, { duration: motion() });
      },
      fit: (numbers) => {
        const box = around(flow, board, numbers ?? board.getState().flow.blocks.map((block) => block.number));
        if (box) fitBox(box);
      },
      zoom: (to) => void flow.zoomTo(to, { duration: motion() }),
      zoomIn: () => void flow.zoomIn({ duration: motion() }),
      zoomOut: () => void flow.zoomOut({ duration: motion() }),
    };
  }, [flow, store, board]);
}

/** Where a list for a block opens: at its upper right corner. */
export function besideBlock(number: number): Spot {
  const box = blockElement(number)?.getBoundingClientRect();
  return box ? { x: box.right + 8, y: box.top } : { x: innerWidth / 2 - 140, y: innerHeight / 3 };
}

const key = (flow: string) => `ivr.view.${flow}`;

/** The view of a flow, as this browser remembers it. */
export function rememberedView(flow: string): { x: number; y: number; zoom: number } | null {
  try {
    const { x, y, zoom } = JSON.parse(localStorage.getItem(key(flow)) ?? "") as Record<string, number>;
    return Number.isFinite(x! + y! + zoom!) && zoom! > 0.05 && zoom! < 4 ? { x: x!, y: y!, zoom: zoom! } : null;
  } catch {
    return null;
  }
}

export function rememberView(flow: string, view: { x: number; y: number; zoom: number }): void {
  try {
    localStorage.setItem(key(flow), JSON.stringify(view));
  } catch {
    // not remembered then
  }
}

/** The first view of a flow: large enough to read, with its beginning at the left. */
export function openingView(board: BoardStore, height: number): { x: number; y: number; zoom: number } {
  const { places, derived } = board.getState();
  const [first] = derived().order;
  const all = Object.values(places);
  const zoom = 0.84;
  const start = first === undefined ? undefined : places[first];
  if (!start) return { x: 0, y: 0, zoom: 1 };
  const [top, bottom] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y)) + 160];
  const whole = (bottom - top) * zoom < height - 96;
  const y = whole ? (height - (bottom - top) * zoom) / 2 - top * zoom : height * 0.4 - (start[1] + 60) * zoom;
  return { x: 40 - start[0] * zoom, y: Math.round(y), zoom };
}
