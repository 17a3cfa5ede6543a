import { History, Settings } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { announce } from "../kit/announce";
import { IconButton } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { openSettings } from "../model/desk";
import { setFlow } from "../model/edits";
import { useBoard, useBoardStore } from "../model/useBoard";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { useOverlay } from "./overlay";
import { SaveState } from "./SaveState";
import { useNarrow } from "./useNarrow";

const missing = t.aFlowNeedsAName;

/** The name while it is typed. Enter keeps it, and so does going elsewhere; Esc gives back what was there. */
function NameField({ name, onDone }: { name: string; onDone: (typed: string, back: boolean) => void }) {
  const [typed, setTyped] = useState(name);
  const [refused, setRefused] = useState(false);

  function pressed(event: KeyboardEvent): void {
    if ((event.key !== "Enter" && event.key !== "Escape") || event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    event.preventDefault(); // the button that takes the focus is not pressed by it
    if (event.key === "Escape") return onDone(name, true);
    if (typed.trim()) return onDone(typed, true);
    setRefused(true);
    announce(missing);
  }

  return (
    <input
      className="flow-name-field"
      aria-label={t.nameOfTheFlow}
      aria-invalid={refused && !typed.trim() ? true : undefined}
      autoFocus
      autoComplete="off"
      maxLength={120}
      placeholder={missing}
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={pressed}
      onBlur={() => onDone(typed, false)}
    />
  );
}

function Name({ name }: { name: string }) {
  const board = useBoardStore();
  const naming = useOverlay((overlay) => overlay.naming);
  const button = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useEffect(() => {
    if (!naming && back.current) button.current?.focus();
    back.current = false;
  }, [naming]);

  function done(typed: string, focus: boolean): void {
    if (!useOverlay.getState().naming) return; // the field goes away, and tells so once more
    back.current = focus;
    useOverlay.setState({ naming: false });
    const next = typed.trim();
    if (next && next !== board.getState().flow.name) board.getState().change("", (parts) => setFlow(parts, { name: next }));
  }

  if (naming) return <NameField name={name} onDone={done} />;
  return (
    <button
      ref={button}
      type="button"
      className="flow-name"
      title={t.renameTheFlow}
      aria-keyshortcuts="F2"
      onClick={() => useOverlay.setState({ naming: true })}
    >
      {name}
    </button>
  );
}

/** The flow's name, its settings, and whether the last change is saved. */
export function FlowName() {
  const board = useBoardStore();
  const flow = useBoard((state) => state.flow);
  const readOnly = useBoard((state) => state.readOnly);
  const ready = useBoard((state) => state.status === "ready");
  const small = useNarrow();
  const name = flow.name || flow.id;
  return (
    <>
      <h1 className="here">
        {ready && !readOnly && !small ? <Name name={name} /> : <span className="flow-name fixed">{name}</span>}
      </h1>
      {ready && (
        <IconButton
          icon={Settings}
          size="small"
          className="wide"
          label={t.settingsOfTheFlow}
          onClick={() => openSettings(board.getState().select)}
        />
      )}
      {ready && !readOnly && <SaveState flow={flow.id} />}
      {ready && readOnly && (
        <Link to={to.versions(flow.id)} className="save-state" aria-label={common.versions}>
          <Icon of={History} size={14} />
        </Link>
      )}
    </>
  );
}
