import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type ToggleEvent, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Icon } from "./Icon";
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

/** The element that a key leads to, from the one that has the focus: arrows, Home, End, or the letter a label begins with. */
function next(items: HTMLElement[], key: string): HTMLElement | undefined {
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(at - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1) return undefined;
  const later = [...items.slice(at + 1), ...items];
  return later.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}

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
        {item.hint && <span className="hint">{item.hint}</span>}
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

function MenuList({ id, label, items, anchor, align, atOnce, onClose }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const found = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = () => box.current?.hidePopover();

  useEffect(() => {
    if (atOnce) box.current?.showPopover();
  }, [atOnce]);

  function toggled(event: ToggleEvent) {
    if (event.newState === "closed") return setOpen(false), onClose?.();
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

interface MenuProps {
  label: string;
  items: MenuEntry[];
  /** Draws the button: spread `trigger` on a Button or IconButton. */
  button: (trigger: { popoverTarget: string; "aria-haspopup": "menu" }) => ReactNode;
  align?: Align;
}

/** A button with a menu. */
export function Menu({ label, items, button, align }: MenuProps) {
  const id = useId();
  const anchor = () => document.querySelector(`[popovertarget="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  return (
    <>
      {button({ popoverTarget: id, "aria-haspopup": "menu" })}
      <MenuList id={id} label={label} items={items} anchor={anchor} align={align} />
    </>
  );
}

interface AtProps {
  label: string;
  items: MenuEntry[];
  /** Where in the window, in pixels. */
  at: { x: number; y: number };
  onClose: () => void;
}

/** A menu at a point, as for a right click: draw it to open it, drop it in `onClose`. */
export function MenuAt({ label, items, at, onClose }: AtProps) {
  const anchor = () => ({ left: at.x, top: at.y, width: 0, height: 0 });
  return <MenuList key={`${at.x} ${at.y}`} label={label} items={items} anchor={anchor} atOnce onClose={onClose} />;
}
