import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ToggleEvent, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { caps } from "../words/caps";
import { onceLetGo } from "./held";
import { Icon } from "./Icon";
import { next } from "./menuKeys";
import { type Align, put, type Rect } from "./place";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  /** Keys that do the same, or another word at the end of the row. */
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}

/** "line" draws a line between groups. */
export type MenuEntry = MenuItem | "line";

function Items({ items, close }: { items: MenuEntry[]; close: () => void }) {
  return items.map((item, index) =>
    item === "line" ? (
      <hr key={index} />
    ) : (
      <button
        key={index}
        type="button"
        role="menuitem"
        tabIndex={-1}
        className={`option ${item.danger ? "danger" : ""}`}
        aria-disabled={item.disabled}
        onClick={() => !item.disabled && (close(), item.run())}
      >
        {item.icon && <Icon of={item.icon} />}
        {item.label}
        {item.hint && <span className="hint">{caps(item.hint)}</span>}
      </button>
    ),
  );
}

interface ListProps {
  id?: string;
  label: string;
  items: MenuEntry[];
  anchor: () => Rect | undefined;
  align?: Align;
  /** Open it as soon as it is there, for a menu without a button. */
  atOnce?: boolean;
  onClose?: () => void;
}

/** The list of a menu, over everything else. It closes by Esc, Tab, a press elsewhere, and when something was chosen. */
export function MenuList({ id, label, items, anchor, align, atOnce, onClose }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const found = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = () => box.current?.hidePopover();

  useEffect(() => {
    // A right click may ask for it with the button still down; letting go would then close it again.
    return atOnce ? onceLetGo(() => box.current?.showPopover()) : undefined;
  }, [atOnce]);

  function toggled(event: ToggleEvent) {
    if (event.newState === "closed") return (setOpen(false), onClose?.());
    const rect = anchor();
    if (box.current && rect) put(box.current, rect, { align, gap: atOnce ? 0 : 4 });
    found()[0]?.focus();
  }

  function pressed(event: KeyboardEvent) {
    event.stopPropagation(); // the board's own keys rest meanwhile
    if (event.key === "Tab") return close();
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === " ") return;
    const target = next(found(), event.key);
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  return (
    <div
      ref={box}
      id={id}
      popover="auto"
      role="menu"
      aria-label={label}
      className="popover list"
      onBeforeToggle={(event) => event.newState === "open" && flushSync(() => setOpen(true))}
      onToggle={toggled}
      onKeyDown={pressed}
    >
      {open && <Items items={items} close={close} />}
    </div>
  );
}
