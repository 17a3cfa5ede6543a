import { useBootstrap } from "../model/bootstrap";
import { useBoardStore } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { dragType, focusBlock } from "./overlay";

/** What the board says when nothing is on it: how to begin. */
export function EmptyBoard() {
  const board = useBoardStore();
  const action = useBootstrap((state) => state.bootstrap?.actions.find((one) => one.trigger));
  if (!action) return null;
  return (
    <div className="empty-board">
      <p>Start with how the call arrives.</p>
      <button
        type="button"
        className="button"
        draggable
        onDragStart={(event) => event.dataTransfer.setData(dragType, action.type)}
        onClick={() => focusBlock(board.getState().addBlock(action.type, [80, 160]))}
      >
        <Tile action={action} size={24} />
        {action.title}
      </button>
      <p className="hint">Press it, or drag it to where it should lie. All other actions are in the menu at the left.</p>
    </div>
  );
}
