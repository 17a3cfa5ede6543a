import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { announce } from "../kit/announce";
import { put } from "../kit/place";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import type { Spot } from "./overlay";

export interface Pick {
  id: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
  /** A heading above the first pick of a group. */
  group?: string;
}

interface Props {
  label: string;
  placeholder: string;
  /** What there is for what was typed, the best first. */
  picks: (typed: string) => Pick[];
  onPick: (id: string) => void;
  onClose: () => void;
  /** Beside a point of the window; without one in the upper middle. */
  at?: Spot;
  nothing?: (typed: string) => string;
}

/** Pixels of the list that there are even close to the lower edge. */
const least = 260;

/** A box that opens at a point of the window, and closes when something else is pressed. */
function useOpened(at: Spot | undefined, onClose: () => void) {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const mine = box.current;
    if (!mine) return;
    if (!mine.matches(":popover-open")) mine.showPopover();
    mine.querySelector("input")?.focus();
    if (!at) return;
    mine.style.maxHeight = `${Math.max(least, window.innerHeight - at.y - 8)}px`; // what is typed into stays where it is
    put(mine, { left: at.x, top: at.y, width: 0, height: 0 }, { side: "right", gap: 0 });
  }, [at]);

  // Not a popover that closes by itself: the browser would take the end of a drawn wire for a press elsewhere.
  useEffect(() => {
    const outside = (event: PointerEvent) => box.current?.contains(event.target as Node) || close.current();
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, []);
  return box;
}

/** A list one can type into, over the board. Enter takes the marked one, Esc none. */
export function Picker({ label, placeholder, picks, onPick, onClose, at, nothing }: Props) {
  const id = useId();
  const box = useOpened(at, onClose);
  const [typed, setTyped] = useState("");
  const [index, setIndex] = useState(0);
  const found = picks(typed);
  const chosen = found[Math.min(index, found.length - 1)];

  useEffect(() => {
    if (typed) announce(fill(common.found, { count: found.length }));
  }, [typed, found.length]);

  function pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
    if (step !== undefined && found.length) setIndex((Math.min(index, found.length - 1) + step) % found.length);
    else if (event.key === "Enter") chosen && onPick(chosen.id);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={box}
      popover="manual"
      role="dialog"
      aria-label={label}
      className={`popover picker ${at ? "" : "middle"}`}
      onKeyDown={pressed}
    >
      <input
        className="input"
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
        autoComplete="off"
        placeholder={placeholder}
        value={typed}
        onChange={(event) => (setTyped(event.target.value), setIndex(0))}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} className="picks" tabIndex={-1}>
        {found.map((pick, row) => (
          <Row
            key={pick.id}
            id={`${id}-${pick.id}`}
            pick={pick}
            head={pick.group !== found[row - 1]?.group}
            active={pick === chosen}
            take={() => onPick(pick.id)}
          />
        ))}
        {found.length === 0 && (
          <div role="option" aria-selected={false} aria-disabled className="option">
            {nothing?.(typed) ?? fill(common.nothingIsCalled, { typed })}
          </div>
        )}
      </div>
    </div>
  );
}

function Row({ id, pick, head, active, take }: { id: string; pick: Pick; head: boolean; active: boolean; take: () => void }) {
  return (
    <>
      {head && pick.group && (
        <div className="pick-group" role="presentation">
          {pick.group}
        </div>
      )}
      <div
        id={id}
        role="option"
        aria-selected={active}
        className={`option ${active ? "active" : ""}`}
        ref={active ? (row) => row?.scrollIntoView({ block: "nearest" }) : undefined}
        onPointerDown={(event) => event.preventDefault()}
        onClick={take}
      >
        {pick.icon}
        <span className="pick-label">{pick.label}</span>
        {pick.hint && <span className="hint">{pick.hint}</span>}
      </div>
    </>
  );
}
