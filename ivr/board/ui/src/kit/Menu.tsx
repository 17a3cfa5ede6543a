import { type ReactNode, useId } from "react";
import { type MenuEntry, MenuList } from "./MenuList";
import type { Align } from "./place";

export type { MenuEntry, MenuItem } from "./MenuList";

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
