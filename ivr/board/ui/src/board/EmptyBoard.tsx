import { useBootstrap } from "../model/bootstrap";
import { useBoardStore } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { board as t } from "../words/en/board";
import { dragType, focusBlock } from "./overlay";

/** What the board says when nothing is on it: how to begin. */
export function EmptyBoard() {
  const board = useBoardStore();
  const action = useBootstrap((state) => state.bootstrap?.actions.find((one) => one.trigger));
  if (!action) return null;
  return (
    <div className="empty-board">
      <p>{t.startWithHowTheCall}</p>
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
      <p className="hint">{t.pressItOrDragIt}</p>
    </div>
  );
}
