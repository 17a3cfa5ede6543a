import { useCallback } from "react";
import { announce } from "../kit/announce";
import { actionOf, useBootstrap } from "../model/bootstrap";
import { free, grid, size, snap } from "../model/layout";
import type { Point } from "../model/types";
import { nameOf, useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
import { focusBlock } from "./overlay";
import { useView } from "./useView";

/** Adds an action without a place of its own: behind the selected block and wired to its first free port, or in the middle. */
export function useAdding(): (type: string) => void {
  const board = useBoardStore();
  const view = useView();
  return useCallback(
    (type) => {
      const state = board.getState();
      if (state.readOnly) return;
      const derived = state.derived();
      const [only, ...more] = state.selection;
      const action = actionOf(useBootstrap.getState().bootstrap, type);
      const before = only !== undefined && !more.length && !action?.trigger ? only : undefined;
      const port =
        before === undefined ? undefined : derived.ports.get(before)?.find((one) => !derived.byId.has(`${before}:${one.id}`));
      const place = before === undefined ? undefined : state.places[before];
      const middle = view.middle();
      const wanted: Point = place ? [place[0] + size.width + 88, place[1]] : [snap(middle[0]), snap(middle[1])];
      const [x, y] = free(state, wanted);
      const from = before !== undefined && port ? { number: before, port: port.id } : undefined;
      const number = state.addBlock(type, [x, Math.round(y / grid) * grid], from);
      const about = { action: action?.title ?? type, number };
      announce(from ? fill(t.addedBehind, { ...about, block: nameOf(derived, from.number) }) : fill(t.actionAdded, about));
      state.show(number);
      focusBlock(number);
    },
    [board, view],
  );
}
