import type { Connection, Edge, FinalConnectionState } from "@xyflow/react";
import { useMemo } from "react";
import { announce } from "../kit/announce";
import type { BoardStore } from "../model/store";
import { nameOf, useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
import { blockAt, useOverlay } from "./overlay";
import { useView } from "./useView";

/** Wires a port to a block, and says so. Refuses a block's wire to itself. */
export function wire(board: BoardStore, number: number, port: string, target: number): void {
  const state = board.getState();
  const derived = state.derived();
  if (derived.actions.get(target)?.trigger) return announce(fill(t.nothingCanLeadToCalls, { block: nameOf(derived, target) }));
  if (number === target) return refuse(number);
  state.connect(number, port, target);
  const label = derived.ports.get(number)?.find((one) => one.id === port)?.label ?? port;
  announce(fill(t.nowLeadsTo, { block: nameOf(derived, number), label, target: nameOf(derived, target) }));
}

function refuse(number: number): void {
  announce(t.aBlockCantLeadTo);
  useOverlay.setState({ refused: number });
  setTimeout(() => useOverlay.setState({ refused: null }), 400);
}

function spot(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/** Wires drawn with the pointer: to a block anywhere on it, or to nowhere, where an action is asked for. */
export function useWiring() {
  const board = useBoardStore();
  const view = useView();
  return useMemo(() => {
    let done = false;
    return {
      onConnectStart: () => {
        done = false;
      },
      onConnect: ({ source, sourceHandle, target }: Connection) => {
        done = true;
        wire(board, Number(source), sourceHandle ?? "", Number(target));
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, { fromNode, fromHandle }: FinalConnectionState) => {
        if (done || !fromNode || !fromHandle?.id || fromHandle.type !== "source") return;
        const at = spot(event);
        const [from, target] = [Number(fromNode.id), blockAt(at.x, at.y)];
        if (target !== null) return wire(board, from, fromHandle.id, target);
        const onBoard = document.elementFromPoint(at.x, at.y)?.closest(".react-flow");
        if (!onBoard) return;
        const [x, y] = view.at(at);
        useOverlay.setState({ picking: { kind: "add", at, place: [x, y - 28], from: { number: from, port: fromHandle.id } } });
      },
      onReconnect: (edge: Edge, { target }: Connection) => {
        done = true;
        wire(board, Number(edge.source), edge.sourceHandle ?? "", Number(target));
      },
      isValidConnection: ({ source, target }: Connection | Edge) => source !== target,
    };
  }, [board, view]);
}
