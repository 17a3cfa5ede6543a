import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { announce } from "../kit/announce";
import { tidy } from "../model/layout";
import { useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { useView } from "./useView";

/** Lays all blocks out anew: one step to undo. */
export function useTidy(): () => void {
  const board = useBoardStore();
  const flow = useReactFlow();
  const view = useView();
  return useCallback(() => {
    const state = board.getState();
    const heights = new Map<number, number>();
    for (const node of flow.getNodes()) {
      if (node.type === "block" && node.measured?.height) heights.set(Number(node.id), node.measured.height);
    }
    state.move(tidy(state.derived(), heights));
    announce(t.tidiedUp);
    const [first] = state.derived().order;
    if (first !== undefined) requestAnimationFrame(() => view.reveal([first]));
  }, [board, flow, view]);
}
