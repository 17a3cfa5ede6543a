import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { Plus, Trash2 } from "lucide-react";
import { memo } from "react";
import { Icon } from "../kit/Icon";
import { useBoard, useBoardStore, useLive } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { hoverWire, useOverlay } from "./overlay";

function Tools({ id, x, y }: { id: string; x: number; y: number }) {
  const board = useBoardStore();
  const found = board.getState().derived().byId.get(id);
  if (!found) return null;
  return (
    <EdgeLabelRenderer>
      <div
        className="wire-tools nodrag nopan"
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        onClick={(event) => event.stopPropagation()} // what is drawn here is a part of the wire for React
        onPointerEnter={() => hoverWire(id)}
        onPointerLeave={() => hoverWire(null)}
      >
        <button
          type="button"
          aria-label={t.insertABlock}
          title={t.insertABlock}
          onClick={(event) => {
            hoverWire(null);
            useOverlay.setState({
              picking: { kind: "add", wire: id, place: [x, y], at: { x: event.clientX, y: event.clientY } },
            });
          }}
        >
          <Icon of={Plus} size={14} />
        </button>
        <button
          type="button"
          aria-label={t.deleteTheWire}
          title={t.deleteTheWire}
          onClick={() => board.getState().connect(found.from, found.port, null)}
        >
          <Icon of={Trash2} size={14} />
        </button>
      </div>
    </EdgeLabelRenderer>
  );
}

/** A wire in the colour of its port. While it is under the pointer or selected, plus and bin are at its middle. */
export const WireEdge = memo(function WireEdge(props: EdgeProps) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected } = props;
  const [path, x, y] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, curvature: 0.32 });
  const travelled = useLive((live) => (live.active ? (live.travelled.has(id) ? "travelled" : "grey") : ""));
  const over = useOverlay((overlay) => overlay.over === id);
  const hovered = useOverlay((overlay) => overlay.hovered === id);
  const readOnly = useBoard((board) => board.readOnly);
  return (
    <>
      <BaseEdge path={path} interactionWidth={24} className={`${travelled} ${over ? "over" : ""}`} />
      {(selected || hovered) && !readOnly && <Tools id={id} x={x} y={y} />}
    </>
  );
});
