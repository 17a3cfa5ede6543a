import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { announce } from "../kit/announce";
import { put } from "../kit/place";
import { useBootstrap } from "../model/bootstrap";
import { fitting, type Typing } from "../model/marks";
import type { Available } from "../model/types";
import { panel as t } from "../words/en/panel";
import { counted } from "../words/fill";

const most = 50;

/** A variable, or a filter, which is written without a dollar sign. */
type Offered = Pick<Available, "name" | "help"> & { maybe?: boolean; filter?: true };

interface List {
  id: string;
  found: readonly Offered[];
  chosen: number;
  choose: (name: string) => void;
}

/** The list behind a `$`: its keys, and what the field tells those who hear it. */
export function useCompletion(typing: Typing | null, available: readonly Available[], choose: (name: string) => void) {
  const id = useId();
  const [at, setAt] = useState(0);
  const filters = useBootstrap((state) => state.bootstrap?.filters) ?? [];
  const found = typing ? offered(typing, available, filters).slice(0, most) : [];
  const open = found.length > 0;
  const chosen = Math.min(at, found.length - 1);
  const key = typing ? `${typing.start} ${typing.typed}` : "";

  useEffect(() => {
    setAt(0);
    if (key) announce(fits(found.length, typing?.of === undefined ? "variable" : "filter"));
  }, [key]);

  function pressed(event: KeyboardEvent): boolean {
    if (!open || event.nativeEvent.isComposing) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setAt((chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      choose(found[chosen]!.name);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return {
    pressed,
    aria: open ? { "aria-controls": id, "aria-activedescendant": `${id}-${chosen}` } : {},
    list: { id, found, chosen, choose } satisfies List,
  };
}

function offered(typing: Typing, available: readonly Available[], filters: readonly Offered[]): Offered[] {
  if (typing.of === undefined) return fitting(available, typing.typed);
  return fitting(filters, typing.typed.trim()).map((each) => ({ ...each, filter: true }));
}

function fits(count: number, kind: "variable" | "filter"): string {
  if (kind === "filter") return count ? counted(t.filtersFit, count) : t.noFilterFits;
  return count ? counted(t.variablesFit, count) : t.noVariableFits;
}

interface Props extends List {
  label: string;
  /** The painted text behind the field, and the place in it that the list stands below. */
  paint: RefObject<HTMLDivElement | null>;
  at: number;
}

export function Completion({ id, found, chosen, choose, label, paint, at }: Props) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!box.current || !paint.current || found.length === 0) return;
    box.current.showPopover();
    put(box.current, placeIn(paint.current, at));
  }, [found.length, at, paint]);

  if (found.length === 0) return null;
  return (
    <div
      ref={box}
      id={id}
      popover="manual"
      role="listbox"
      aria-label={label}
      className="popover list completion"
      tabIndex={0} // it scrolls; but the focus stays in the field
      onMouseDown={(event) => event.preventDefault()}
    >
      {found.map((variable, index) => (
        <div
          key={variable.name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={`option ${index === chosen ? "active" : ""}`}
          ref={index === chosen ? (row) => row?.scrollIntoView({ block: "nearest" }) : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(variable.name)}
        >
          <code>
            {variable.filter ? "" : "$"}
            {variable.name}
          </code>
          <span className="hint">
            {variable.maybe ? t.maybe : ""}
            {variable.help.replaceAll("`", "")}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Where a place of the painted text is on the screen. */
function placeIn(paint: HTMLElement, at: number): DOMRect {
  const walker = document.createTreeWalker(paint, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (left < length) {
      const range = document.createRange();
      range.setStart(node, left);
      range.setEnd(node, left + 1);
      return range.getBoundingClientRect();
    }
    left -= length;
  }
  return paint.getBoundingClientRect();
}
