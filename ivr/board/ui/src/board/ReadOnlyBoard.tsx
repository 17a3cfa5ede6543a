import "@xyflow/react/dist/base.css";
import "../styles/board.css";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { loadBootstrap, useBootstrap } from "../model/bootstrap";
import { read } from "../model/document";
import { placed } from "../model/layout";
import { createLive, type LiveCall } from "../model/live";
import { type Outline, Outlines } from "../model/outlines";
import { createBoard } from "../model/store";
import type { FlowDocument } from "../model/types";
import { Here } from "../model/useBoard";
import { Board } from "./Board";
import { useOwnPorts } from "./useOwnPorts";

interface Props {
  document: FlowDocument;
  /** The path of a call, as far as it is shown. */
  live?: Pick<LiveCall, "here" | "travelled" | "visited">;
  /** Blocks that differ from another version. */
  outline?: ReadonlyMap<number, Outline>;
  chosen?: number | null;
  onChoose?: (number: number | null) => void;
}

/** A board to look at: a version, or the path of a call. It fills its box. */
export function ReadOnlyBoard({ document, live, outline, chosen, onChoose }: Props) {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  const here = useMemo(() => ({ board: createBoard(), live: createLive() }), []);
  const ready = bootstrap !== null;
  const ports = useOwnPorts(document);

  useEffect(() => void loadBootstrap(), []);
  useMemo(() => {
    if (ready) here.board.setState({ ...placed(read(document)), status: "ready", readOnly: true, selection: [] });
  }, [ready, document, here]);
  useEffect(() => {
    here.board.setState(({ checked }) => ({ checked: { ...checked, ports } }));
  }, [here, ports]);
  useEffect(() => {
    here.live.setState(live ? { ...live, active: true } : { active: false, here: null });
  }, [here, live]);
  useEffect(() => {
    const { selection, show, select } = here.board.getState();
    if (chosen === undefined || chosen === (selection[0] ?? null)) return;
    if (chosen === null) select(null);
    else show(chosen);
  }, [here, chosen]);
  useEffect(
    () =>
      here.board.subscribe((now, before) => {
        if (now.selection !== before.selection) onChoose?.(now.selection[0] ?? null);
      }),
    [here, onChoose],
  );

  return (
    <div className="board viewing">
      {ready && (
        <Here value={here}>
          <Outlines value={outline ?? null}>
            <ReactFlowProvider>
              <Board remember={false} />
            </ReactFlowProvider>
          </Outlines>
        </Here>
      )}
    </div>
  );
}

export default ReadOnlyBoard;
