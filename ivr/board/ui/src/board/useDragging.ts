import type { Node } from "@xyflow/react";
import { type DragEvent, useMemo } from "react";
import { snap } from "../model/layout";
import type { BoardStore } from "../model/store";
import type { Point } from "../model/types";
import { useBoardStore } from "../model/useBoard";
import { dragType, focusBlock, useOverlay, wireAt } from "./overlay";
import { useView } from "./useView";

/** A block that nothing leads to and that leads nowhere may be put into a wire. */
function loose(board: BoardStore, number: number): boolean {
  const { derived } = board.getState();
  const { blocks, into, actions, byId, ports } = derived();
  const wired = (ports.get(number) ?? []).some((port) => byId.has(`${number}:${port.id}`));
  return blocks.has(number) && !actions.get(number)?.trigger && !into.get(number)?.length && !wired;
}

function spot(event: MouseEvent | TouchEvent): { x: number; y: number } | null {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return point ? { x: point.clientX, y: point.clientY } : null;
}

/** Blocks and notes moved with the pointer: the store hears of it once, when they are let go. */
function useMoving() {
  const board = useBoardStore();
  return useMemo(() => {
    let single: number | null = null;
    const wireUnder = (event: MouseEvent | TouchEvent) => {
      const at = single === null ? null : spot(event);
      return at && wireAt(at.x, at.y);
    };
    const stop = (event: MouseEvent | TouchEvent, moved: readonly Node[]) => {
      const over = wireUnder(event);
      useOverlay.setState({ over: null });
      const blocks = moved.filter((node) => node.type === "block");
      const places = Object.fromEntries(blocks.map((node) => [node.id, at(node)]));
      const notes = new Map(moved.filter((node) => node.type === "note").map((node) => [Number(node.id.slice(5)), at(node)]));
      const state = board.getState();
      if (over && single !== null && state.insert(single, over, places[single]) !== null) return;
      state.change("", (parts) => ({
        ...parts,
        places: blocks.some(({ id }) => !same(parts.places[Number(id)], places[id]))
          ? { ...parts.places, ...places }
          : parts.places,
        notes: notes.size
          ? parts.notes.map((note, index) => ({ ...note, place: notes.get(index) ?? note.place }))
          : parts.notes,
      }));
    };
    return {
      onNodeDragStart: (_: unknown, node: Node, all: Node[]) => {
        single = all.length === 1 && node.type === "block" && loose(board, Number(node.id)) ? Number(node.id) : null;
      },
      onNodeDrag: (event: MouseEvent | TouchEvent) => {
        const over = wireUnder(event);
        if (single !== null && over !== useOverlay.getState().over) useOverlay.setState({ over });
      },
      onNodeDragStop: (event: MouseEvent | TouchEvent, _: Node, all: Node[]) => stop(event, all),
    };
  }, [board]);
}

const at = (node: Node): Point => [Math.round(node.position.x), Math.round(node.position.y)];
const same = (a: Point | undefined, b: Point | undefined) => a?.[0] === b?.[0] && a?.[1] === b?.[1];

/** Actions dragged from the menu: onto the board, or into a wire. */
function useDropping() {
  const board = useBoardStore();
  const view = useView();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        const over = wireAt(event.clientX, event.clientY);
        if (over !== useOverlay.getState().over) useOverlay.setState({ over });
      },
      onDragLeave: () => useOverlay.setState({ over: null }),
      onDrop: (event: DragEvent) => {
        const type = event.dataTransfer.getData(dragType);
        if (!type) return;
        event.preventDefault();
        const over = wireAt(event.clientX, event.clientY);
        useOverlay.setState({ over: null });
        const [x, y] = view.at({ x: event.clientX, y: event.clientY });
        const place: Point = [snap(x - 124), snap(y - 28)];
        const state = board.getState();
        const number = (over && state.insert(type, over, place)) || state.addBlock(type, place);
        focusBlock(number);
      },
    }),
    [board, view],
  );
}

export function useDragging() {
  return { ...useMoving(), ...useDropping() };
}
