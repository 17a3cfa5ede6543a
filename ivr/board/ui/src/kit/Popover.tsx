import { type ReactNode, type ToggleEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Align, put, type Side } from "./place";

export interface Trigger {
  popoverTarget: string;
}

interface Props {
  /** Its name for those who hear it. */
  label: string;
  /** Draws the button that opens it: spread `trigger` on a Button or IconButton. */
  button: (trigger: Trigger, open: boolean) => ReactNode;
  children: (close: () => void) => ReactNode;
  side?: Side;
  align?: Align;
}

/** Things beside a button. Esc and a click elsewhere close it, and the focus goes back to the button. */
export function Popover({ label, button, children, side, align }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  function beforeToggle(event: ToggleEvent<HTMLDivElement>) {
    if (event.target === box.current && event.newState === "open") flushSync(() => setOpen(true));
  }

  function toggled(event: ToggleEvent<HTMLDivElement>) {
    if (event.target !== box.current || !box.current) return;
    if (event.newState === "closed") return setOpen(false);
    const anchor = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
    if (anchor) put(box.current, anchor.getBoundingClientRect(), { side, align });
    box.current.querySelector<HTMLElement>("[data-first], input, select, textarea, button, a[href]")?.focus();
  }

  return (
    <>
      {button({ popoverTarget: id }, open)}
      <div
        ref={box}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className="popover"
        onBeforeToggle={beforeToggle}
        onToggle={toggled}
      >
        {open && children(() => box.current?.hidePopover())}
      </div>
    </>
  );
}
