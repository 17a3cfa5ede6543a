import { PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { announce } from "../kit/announce";
import { IconButton } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { useBootstrap } from "../model/bootstrap";
import { useDesk } from "../model/desk";
import { grouped, matching } from "../model/summary";
import type { Action } from "../model/types";
import { Tile } from "../panel/Tile";
import { board as t } from "../words/en/board";
import { counted, fill } from "../words/fill";
import { dragType } from "./overlay";
import { useAdding } from "./useAdding";
import { useCompact } from "./useNarrow";

function Row({ action, active, folded, add }: { action: Action; active: boolean; folded: boolean; add: () => void }) {
  return (
    <button
      type="button"
      className={`action ${active ? "active" : ""}`}
      draggable
      title={folded ? action.title : action.help}
      aria-label={folded ? action.title : undefined}
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, action.type);
        event.dataTransfer.effectAllowed = "copy";
      }}
      onClick={add}
    >
      <Tile action={action} size={26} />
      {!folded && <span>{action.title}</span>}
    </button>
  );
}

/** All actions, to drag onto the board or to press. What is typed narrows them; Enter adds the first. */
export function ActionsMenu() {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  const folded = useDesk((desk) => desk.menuFolded);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const compact = useCompact();
  const adding = useAdding();
  const found = useMemo(() => (typed.trim() ? matching(bootstrap, typed) : []), [bootstrap, typed]);
  const groups = useMemo(
    (): [string, Action[]][] => (typed.trim() ? [[t.found, found]] : grouped(bootstrap)),
    [bootstrap, typed, found],
  );
  const chosen = typed.trim() ? found[at] : undefined;

  function add(type: string): void {
    adding(type);
    if (compact) useDesk.setState({ menuFolded: true }); // it lies over the board
  }

  function pressed(event: KeyboardEvent<HTMLInputElement>): void {
    const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
    if (step !== undefined && found.length) {
      event.preventDefault();
      setAt((at + step) % found.length);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      setTyped("");
      add(chosen.type);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setTyped("");
      document.getElementById("main")?.focus();
    }
  }

  function type(text: string): void {
    setTyped(text);
    setAt(0);
    const count = matching(bootstrap, text).length;
    if (text.trim()) announce(counted(t.countedActions, count));
  }

  return (
    <nav className={`actions ${folded ? "folded" : ""}`} aria-label={t.actions}>
      <div className="search">
        {!folded && (
          <label className="find">
            <Icon of={Search} />
            <input
              id="find-action"
              aria-label={t.findAnAction}
              aria-keyshortcuts="A"
              autoComplete="off"
              placeholder={t.findAnAction}
              value={typed}
              onChange={(event) => type(event.target.value)}
              onKeyDown={pressed}
            />
            <kbd aria-hidden>A</kbd>
          </label>
        )}
        <IconButton
          icon={folded ? PanelLeftOpen : PanelLeftClose}
          size="small"
          label={folded ? t.unfoldTheActions : t.foldTheActions}
          keys="["
          onClick={() => useDesk.setState({ menuFolded: !folded })}
        />
      </div>
      <div className="list">
        {groups.map(([group, actions]) => (
          <section key={group} aria-label={group}>
            {!folded && <h2>{group}</h2>}
            {actions.map((action) => (
              <Row key={action.type} action={action} folded={folded} active={action === chosen} add={() => add(action.type)} />
            ))}
          </section>
        ))}
        {typed.trim() && found.length === 0 && <p className="none">{fill(t.noActionIsCalled, { typed: typed.trim() })}</p>}
      </div>
    </nav>
  );
}
