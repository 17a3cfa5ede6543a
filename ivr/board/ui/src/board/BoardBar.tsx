import { Lock, PhoneCall, Redo2, Search, Undo2 } from "lucide-react";
import { useMay } from "../api/session";
import { Button, IconButton } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { useDesk } from "../model/desk";
import { useBoard, useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { Problems } from "./Problems";

/** The right side of the top bar. */
export function BoardBar() {
  const board = useBoardStore();
  const past = useBoard((state) => state.history.past.length > 0);
  const future = useBoard((state) => state.history.future.length > 0);
  const readOnly = useBoard((state) => state.readOnly);
  const publishes = useMay("publisher");
  const phone = useDesk((desk) => desk.phone);

  function call(): void {
    if (!phone) board.getState().select(null);
    useDesk.setState({ phone: !phone, settings: false });
  }

  return (
    <>
      {readOnly ? (
        <span className="chip" title={t.youCanOnlyLookAt}>
          <Icon of={Lock} size={12} />
          {t.readOnly}
        </span>
      ) : (
        <>
          <IconButton
            icon={Undo2}
            className="wide"
            label={t.undo}
            keys="Ctrl Z"
            aria-disabled={!past}
            onClick={() => board.getState().undo()}
          />
          <IconButton
            icon={Redo2}
            className="wide"
            label={t.redo}
            keys="Ctrl Y"
            aria-disabled={!future}
            onClick={() => board.getState().redo()}
          />
        </>
      )}
      <IconButton
        icon={Search}
        className="wide"
        label={common.find}
        keys="Ctrl K"
        onClick={() => useDesk.setState({ dialog: "find" })}
      />
      <Problems />
      <Button className="test-call" icon={PhoneCall} aria-label={common.testCall} aria-pressed={phone} onClick={call}>
        <span className="word">{common.testCall}</span>
      </Button>
      {!readOnly && publishes && (
        <Button kind="primary" className="wide" onClick={() => useDesk.setState({ dialog: "publish" })}>
          {t.publish}
        </Button>
      )}
    </>
  );
}
