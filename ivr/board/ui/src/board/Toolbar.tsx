import { useStore } from "@xyflow/react";
import { Maximize, Minus, Plus, WandSparkles } from "lucide-react";
import { Button, IconButton } from "../kit/Button";
import { useBoard } from "../model/useBoard";
import { useTidy } from "./useTidy";
import { useView } from "./useView";

/** Zoom and Tidy up, at the lower left. */
export function Toolbar() {
  const view = useView();
  const tidyUp = useTidy();
  const readOnly = useBoard((state) => state.readOnly);
  const empty = useBoard((state) => state.flow.blocks.length === 0);
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="toolbar" role="toolbar" aria-label="View">
      <IconButton icon={Minus} label="Zoom out" onClick={view.zoomOut} />
      <button
        type="button"
        className="button quiet percent"
        aria-label={`Zoom ${percent} %, back to 100 %`}
        onClick={() => view.zoom(1)}
      >
        {percent} %
      </button>
      <IconButton icon={Plus} label="Zoom in" onClick={view.zoomIn} />
      <IconButton icon={Maximize} label="Fit the flow" keys="Shift 1" onClick={() => view.fit()} />
      {!readOnly && (
        <Button kind="quiet" icon={WandSparkles} aria-keyshortcuts="Shift+T" disabled={empty} onClick={tidyUp}>
          Tidy up
        </Button>
      )}
    </div>
  );
}
