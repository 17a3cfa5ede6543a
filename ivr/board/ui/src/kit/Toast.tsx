import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { create } from "zustand";
import { kit as t } from "../words/en/kit";
import { Button, IconButton } from "./Button";

interface Told {
  id: number;
  text: string;
  kind: "info" | "ok" | "bad";
  action?: { label: string; run: () => void };
}

const useToasts = create<{ told: Told[] }>(() => ({ told: [] }));
let count = 0;
const stays = 6000;

/** Tell something that is also to be seen elsewhere: a toast goes by. `action` is for taking it back. */
export function toast(text: string, { kind = "info", action }: Partial<Pick<Told, "kind" | "action">> = {}): void {
  const told: Told = { id: ++count, text, kind, action };
  useToasts.setState((before) => ({ told: [...before.told.slice(-2), told] }));
}

function dismiss(id: number): void {
  useToasts.setState((before) => ({ told: before.told.filter((one) => one.id !== id) }));
}

function One({ id, text, kind, action }: Told) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(dismiss, stays, id);
    return () => clearTimeout(timer);
  }, [held, id]);
  return (
    <div
      className={`toast ${kind}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {action && (
        <Button kind="link" onClick={() => (dismiss(id), action.run())}>
          {action.label}
        </Button>
      )}
      <IconButton icon={X} size="small" label={t.dismiss} onClick={() => dismiss(id)} />
    </div>
  );
}

/** Where toasts appear, over everything else. */
export function Toasts() {
  const told = useToasts((state) => state.told);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Shown anew for each, so that it lies over a dialog that was opened in between.
    box.current?.hidePopover();
    if (told.length) box.current?.showPopover();
  }, [told]);
  return (
    <div ref={box} popover="manual" role="status" className="toasts">
      {told.map((one) => (
        <One key={one.id} {...one} />
      ))}
    </div>
  );
}
