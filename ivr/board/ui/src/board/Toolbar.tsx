import { useStore } from "@xyflow/react";
import { Maximize, Minus, Plus, WandSparkles } from "lucide-react";
import { Button, IconButton } from "../kit/Button";
import { useBoard } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
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
    <div className="toolbar" role="toolbar" aria-label={t.view}>
      <IconButton icon={Minus} label={t.zoomOut} onClick={view.zoomOut} />
      <button
        type="button"
        className="button quiet percent"
        aria-label={fill(t.zoomBackTo100, { percent })}
        onClick={() => view.zoom(1)}
      >
        {percent} %
      </button>
      <IconButton icon={Plus} label={t.zoomIn} onClick={view.zoomIn} />
      <IconButton icon={Maximize} label={t.fitTheFlow} keys="Shift 1" onClick={() => view.fit()} />
      {!readOnly && (
        <Button kind="quiet" icon={WandSparkles} aria-keyshortcuts="Shift+T" disabled={empty} onClick={tidyUp}>
          {t.tidyUp}
        </Button>
      )}
    </div>
  );
}
