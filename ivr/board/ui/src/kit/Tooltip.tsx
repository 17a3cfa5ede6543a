import { cloneElement, type HTMLAttributes, type ReactElement, useEffect, useId, useRef } from "react";
import { caps } from "../words/caps";
import { put, type Side } from "./place";

interface Props {
  text: string;
  /** Keys that do the same: "Ctrl Z". */
  keys?: string;
  side?: Side;
  /** The text is already the child's name, so it is not read out a second time. */
  names?: boolean;
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

const delay = 400;

/** A word on hover and keyboard focus. Esc takes it away; it never holds anything one needs to reach. */
export function Tooltip({ text, keys, side = "below", names = false, children }: Props) {
  const id = useId();
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef(0);

  function hide() {
    window.clearTimeout(timer.current);
    if (tip.current?.matches(":popover-open")) tip.current.hidePopover();
  }

  function show(anchor: HTMLElement, after: number) {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      if (!tip.current?.isConnected || !anchor.isConnected) return;
      tip.current.showPopover();
      put(tip.current, anchor.getBoundingClientRect(), { side, align: "center", gap: 6 });
    }, after);
  }

  useEffect(() => () => window.clearTimeout(timer.current), []);

  const own = children.props;
  const child = cloneElement(children, {
    "aria-describedby": names ? own["aria-describedby"] : id,
    onPointerEnter: (event) => {
      own.onPointerEnter?.(event);
      if (event.pointerType === "mouse") show(event.currentTarget, delay);
    },
    onPointerLeave: (event) => (own.onPointerLeave?.(event), hide()),
    onPointerDown: (event) => (own.onPointerDown?.(event), hide()),
    onFocus: (event) => {
      own.onFocus?.(event);
      if (event.currentTarget.matches(":focus-visible")) show(event.currentTarget, 0);
    },
    onBlur: (event) => (own.onBlur?.(event), hide()),
    onKeyDown: (event) => {
      own.onKeyDown?.(event);
      if (event.key === "Escape") hide();
    },
  });
  return (
    <>
      {child}
      <span ref={tip} id={id} role="tooltip" popover="manual" className="popover tip" aria-hidden={names || undefined}>
        {text}
        {keys && <kbd>{caps(keys)}</kbd>}
      </span>
    </>
  );
}
