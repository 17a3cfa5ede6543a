import {
  Background,
  BackgroundVariant,
  getViewportForBounds,
  ReactFlow,
  useOnViewportChange,
  useReactFlow,
  useStore,
  useStoreApi,
  type Viewport,
} from "@xyflow/react";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo } from "react";
import { useBoard, useBoardStore, useLive } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { BlockNode } from "./Block";
import { EmptyBoard } from "./EmptyBoard";
import { FlowMap } from "./FlowMap";
import { Follow } from "./Follow";
import { NoteNode } from "./Note";
import { Toolbar } from "./Toolbar";
import { useClicks } from "./useClicks";
import { useDragging } from "./useDragging";
import { useEdges, useMoveSaid, useNodes } from "./useNodes";
import { openingView, rememberedView, rememberView } from "./useView";
import { useWiring } from "./useWiring";
import { WireEdge } from "./Wire";

const nodeTypes = { block: BlockNode, note: NoteNode };
const edgeTypes = { wire: WireEdge };
const multi = ["Shift", "Meta", "Control"];
const many = 200;

/** Below half size only tiles, names and dots are drawn. */
function Far() {
  const far = useStore((state) => state.transform[2] < 0.5);
  const dom = useStore((state) => state.domNode);
  useEffect(() => {
    dom?.classList.toggle("far", far);
  }, [dom, far]);
  return null;
}

/** Keep the view where it was left, also when the board is left at once. */
function Remember({ flow }: { flow: string }) {
  const { getViewport } = useReactFlow();
  useOnViewportChange({ onEnd: useCallback((view: Viewport) => rememberView(flow, view), [flow]) });
  useEffect(() => {
    const keep = () => rememberView(flow, getViewport());
    window.addEventListener("pagehide", keep);
    return () => window.removeEventListener("pagehide", keep);
  }, [flow, getViewport]);
  return null;
}

/** A board to look at is shown whole, as long as it can be read; also with blocks that were not drawn yet. */
function Whole() {
  const { getNodes, getNodesBounds, setViewport } = useReactFlow();
  const store = useStoreApi();
  const ready = useStore((state) => state.width > 0 && state.panZoom !== null && state.nodes.length > 0);
  useLayoutEffect(() => {
    const { width, height } = store.getState();
    if (ready) void setViewport(getViewportForBounds(getNodesBounds(getNodes()), width, height, 0.45, 0.84, 0.08));
  }, [ready, store, getNodes, getNodesBounds, setViewport]);
  return null;
}

/** What the canvas has read out by itself. */
const heard = { "edge.a11yDescription.default": t.aboutWires };

/** The board: blocks, wires and notes on dotted paper. */
export function Board({ children, remember = true }: { children?: ReactNode; remember?: boolean }) {
  const board = useBoardStore();
  const flow = useBoard((state) => state.flow.id);
  const readOnly = useBoard((state) => state.readOnly);
  const empty = useBoard((state) => state.flow.blocks.length === 0);
  const live = useLive((state) => state.active);
  const [nodes, onNodesChange] = useNodes();
  const edges = useEdges();
  const wiring = useWiring();
  const dragging = useDragging();
  const clicks = useClicks();
  const opening = useMemo(
    () => (remember && rememberedView(flow)) || openingView(board, innerHeight - 48),
    [board, flow, remember],
  );
  useMoveSaid();
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgeClick={(_, edge) => board.getState().select(null, edge.id)}
      onPaneClick={() => board.getState().select(null)}
      {...(readOnly ? {} : { ...wiring, ...dragging })}
      {...clicks}
      className={live ? "live" : ""}
      defaultViewport={opening}
      minZoom={0.1}
      maxZoom={2}
      snapToGrid
      snapGrid={[8, 8]}
      panOnScroll
      connectionRadius={32}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={multi}
      deleteKeyCode={null}
      disableKeyboardA11y
      ariaLabelConfig={heard}
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesReconnectable={!readOnly}
      zoomOnDoubleClick={false}
      elevateNodesOnSelect
      onlyRenderVisibleElements={nodes.length > many}
    >
      <Background variant={BackgroundVariant.Dots} gap={16} size={1.4} />
      <Far />
      {remember ? <Remember flow={flow} /> : <Whole />}
      <FlowMap />
      <Toolbar />
      <Follow />
      {empty && !readOnly && <EmptyBoard />}
      {children}
    </ReactFlow>
  );
}
