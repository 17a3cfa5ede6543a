import { X } from "lucide-react";
import { type PointerEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { common } from "../words/en/common";
import { IconButton } from "./Button";

const starts = ["[data-first]", ".body :is(input, select, textarea, button, a[href])", "footer button:enabled"];

function first(dialog: HTMLDialogElement): HTMLElement | null {
  return starts.reduce<HTMLElement | null>((found, start) => found ?? dialog.querySelector<HTMLElement>(start), null);
}

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons: the one that says yes last. */
  footer?: ReactNode;
  wide?: boolean;
  className?: string;
}

/**
 * A window over the page: draw it to open it, stop drawing it to close it. Esc, the cross and the backdrop call `onClose`;
 * the focus goes back to where it was. It begins at `data-first`, else at the first control, else at the first button below.
 */
export function Dialog({ title, onClose, children, footer, wide, className = "" }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const mine = dialog.current;
    if (mine && !mine.open) {
      mine.showModal();
      first(mine)?.focus();
    }
    return () => mine?.close(); // before it leaves the page, so that the focus finds its way back
  }, []);

  function outside(event: PointerEvent<HTMLDialogElement>) {
    if (event.target !== event.currentTarget) return;
    const box = event.currentTarget.getBoundingClientRect();
    const within =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!within) onClose();
  }

  return (
    <dialog
      ref={dialog}
      className={`dialog ${wide ? "wide" : ""} ${className}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // a file field cancels too
        event.preventDefault();
        onClose();
      }}
      onPointerDown={outside}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={common.close} onClick={onClose} />
      </header>
      <div className="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </dialog>
  );
}
