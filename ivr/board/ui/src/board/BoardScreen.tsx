import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import "@xyflow/react/dist/base.css";
import "../styles/board.css";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect } from "react";
import { useTitle } from "../frame/Page";
import { TopBar } from "../frame/TopBar";
import { Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { useDesk } from "../model/desk";
import { liveCleared } from "../model/live";
import { useBoard, useBoardStore } from "../model/useBoard";
import { ActionsMenu } from "./ActionsMenu";
import { ContextMenu, Outline, Pickers, useAtHand } from "./atHand";
import { Board } from "./Board";
import { BoardBar } from "./BoardBar";
import { FlowName } from "./FlowName";
import { nothing, useOverlay } from "./overlay";
import { Call, Dialogs, Side } from "./Sides";
import { Strips } from "./Strips";
import { useClipboard } from "./useClipboard";
import { useKeys } from "./useKeys";
import { useCompact, useNarrow } from "./useNarrow";
import { useRejoin } from "./useRejoin";

function Wide({ flow }: { flow: string }) {
  const readOnly = useBoard((state) => state.readOnly);
  const compact = useCompact();
  useKeys();
  useClipboard();
  useEffect(() => {
    if (!compact) return;
    useDesk.setState({ menuFolded: true });
    return () => useDesk.setState({ menuFolded: false });
  }, [compact]);
  return (
    <div className="desk">
      {!readOnly && <ActionsMenu />}
      <main id="main" tabIndex={-1} className="board editing" aria-label={t.board}>
        <Board />
        <Overlays />
      </main>
      <Side flow={flow} />
      <Call flow={flow} />
    </div>
  );
}

/** What lies over the board while something is chosen there. */
function Overlays() {
  const picking = useOverlay((overlay) => overlay.picking !== null);
  const clicked = useOverlay((overlay) => overlay.clicked !== null);
  return (
    <>
      {picking && <Pickers />}
      {clicked && <ContextMenu />}
    </>
  );
}

function Small({ flow }: { flow: string }) {
  const phone = useDesk((desk) => desk.phone);
  return (
    <main id="main" tabIndex={-1} className="board small" aria-label={common.flow}>
      {phone ? <Call flow={flow} /> : <Outline />}
    </main>
  );
}

export default function BoardScreen({ flow }: { flow: string }) {
  const board = useBoardStore();
  const status = useBoard((state) => state.status);
  const problem = useBoard((state) => state.problem);
  const name = useBoard((state) => state.flow.name);
  const small = useNarrow();
  useTitle(name || flow);
  useAtHand(status === "ready");
  useRejoin(flow, status === "ready");
  useEffect(() => {
    void board.getState().open(flow);
    useOverlay.setState(nothing);
    return () => {
      useDesk.setState({ dialog: null, settings: false, phone: false, from: 0, focus: null });
      liveCleared();
      void board
        .getState()
        .flush()
        .catch(() => {});
    };
  }, [board, flow]);

  return (
    <ReactFlowProvider>
      <TopBar where={<FlowName />}>{status === "ready" && <BoardBar />}</TopBar>
      <Strips />
      {status === "failed" && problem && <ProblemStrip problem={problem} retry={() => void board.getState().open(flow)} />}
      {status === "ready" ? small ? <Small flow={flow} /> : <Wide flow={flow} /> : <Waiting failed={status === "failed"} />}
      <Dialogs flow={flow} />
    </ReactFlowProvider>
  );
}

function Waiting({ failed }: { failed: boolean }) {
  return (
    <main id="main" tabIndex={-1} className="board" aria-label={t.board}>
      {!failed && <Loading />}
    </main>
  );
}
