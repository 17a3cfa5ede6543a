import "@xyflow/react/dist/base.css";
import "../styles/board.css";
import { ReactFlowProvider } from "@xyflow/react";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useTitle } from "../app/Page";
import { TopBar } from "../app/TopBar";
import { Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { useDesk } from "../model/desk";
import { liveCleared } from "../model/live";
import { useBoard, useBoardStore } from "../model/useBoard";
import { ActionsMenu } from "./ActionsMenu";
import { Board } from "./Board";
import { BoardBar } from "./BoardBar";
import { ContextMenu } from "./ContextMenu";
import { Find } from "./Find";
import { FlowName } from "./FlowName";
import { Keys } from "./Keys";
import { Outline } from "./Outline";
import { nothing, useOverlay } from "./overlay";
import { Pickers } from "./Pickers";
import { Strips } from "./Strips";
import { useClipboard } from "./useClipboard";
import { useKeys } from "./useKeys";

const panel = () => import("../panel/Panel");
const phone = () => import("../phone/Phone");
const publish = () => import("../flows/PublishDialog");
const Panel = lazy(panel);
const Phone = lazy(phone);
const PublishDialog = lazy(publish);

/** Have everything at hand once the board is drawn: the server may be away when it is needed. */
function useAtHand(ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => void Promise.allSettled([panel(), phone(), publish()]), 300);
    return () => clearTimeout(timer);
  }, [ready]);
}

const narrow = matchMedia("(max-width: 819px)");

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener("change", changed);
      return () => narrow.removeEventListener("change", changed);
    },
    () => narrow.matches,
  );
}

function Side({ flow }: { flow: string }) {
  const some = useBoard((state) => state.selection.length > 0);
  const settings = useDesk((desk) => desk.settings);
  const folded = useDesk((desk) => desk.panelFolded);
  useEffect(() => {
    if (some) useDesk.setState({ settings: false });
  }, [some]);
  if (folded || !(some || settings)) return null;
  return (
    <aside className="side" aria-label="Configuration">
      <Suspense fallback={<Loading />}>
        <Panel flow={flow} />
      </Suspense>
    </aside>
  );
}

function Call({ flow }: { flow: string }) {
  const open = useDesk((desk) => desk.phone);
  if (!open) return null;
  return (
    <aside className="call" aria-label="Test call">
      <Suspense fallback={<Loading />}>
        <Phone flow={flow} />
      </Suspense>
    </aside>
  );
}

function Dialogs({ flow }: { flow: string }) {
  const dialog = useDesk((desk) => desk.dialog);
  if (dialog === "find") return <Find />;
  if (dialog === "keys") return <Keys />;
  if (dialog !== "publish") return null;
  return (
    <Suspense fallback={<Loading />}>
      <PublishDialog flow={flow} onClose={() => useDesk.setState({ dialog: null })} />
    </Suspense>
  );
}

function Wide({ flow }: { flow: string }) {
  const readOnly = useBoard((state) => state.readOnly);
  useKeys();
  useClipboard();
  return (
    <div className="desk">
      {!readOnly && <ActionsMenu />}
      <main id="main" tabIndex={-1} className="board editing" aria-label="Board">
        <Board />
      </main>
      <Side flow={flow} />
      <Call flow={flow} />
      <Pickers />
      <ContextMenu />
    </div>
  );
}

function Small({ flow }: { flow: string }) {
  const phone = useDesk((desk) => desk.phone);
  return (
    <main id="main" tabIndex={-1} className="board small" aria-label="Flow">
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
  useEffect(() => {
    void board.getState().open(flow);
    useOverlay.setState(nothing);
    return () => {
      useDesk.setState({ dialog: null, settings: false, phone: false, focus: null });
      liveCleared();
      void board.getState().flush().catch(() => {});
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
    <main id="main" tabIndex={-1} className="board" aria-label="Board">
      {!failed && <Loading />}
    </main>
  );
}
