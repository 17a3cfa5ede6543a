import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import { announce } from "./announce";
import { Choices, type Option } from "./Choices";
import type { Control } from "./Field";
import { put } from "./place";

export type { Option } from "./Choices";

interface Props {
  options: Option[];
  /** The chosen value; "" for none. */
  value: string;
  onChoose: (value: string) => void;
  /** From Field; outside of one give `label`. */
  control?: Control;
  label?: string;
  placeholder?: string;
  autoFocus?: boolean;
}

/** Choose one of many by typing a part of its name. Esc closes the list, and leaves what was chosen. */
export function Combobox({ options, value, onChoose, control, label, placeholder, autoFocus }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string | null>(null); // null: the list is closed
  const [at, setAt] = useState(0);
  const open = typed !== null;
  const wanted = (typed ?? "").trim().toLowerCase();
  const shown = open ? options.filter((one) => `${one.label} ${one.hint ?? ""}`.toLowerCase().includes(wanted)) : [];
  const name = options.find((one) => one.value === value)?.label ?? value;

  useLayoutEffect(() => {
    const box = list.current;
    if (!open || !box || !input.current) return;
    box.showPopover();
    box.style.minWidth = `${input.current.offsetWidth}px`;
    put(box, input.current.getBoundingClientRect());
  }, [open, shown.length]);

  function type(text: string) {
    setTyped(text);
    setAt(0);
  }

  function choose(option: Option | undefined) {
    if (option) onChoose(option.value);
    setTyped(null);
  }

  function pressed(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return type("");
      setAt((at + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(1, shown.length));
    } else if (open && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      event.stopPropagation();
      choose(event.key === "Enter" ? shown[at] : undefined);
    }
  }

  return (
    <>
      <input
        {...control}
        ref={input}
        className="input"
        role="combobox"
        autoComplete="off"
        aria-label={label}
        aria-expanded={open}
        aria-autocomplete="list"
        aria-controls={open ? `${id}-list` : undefined}
        aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
        placeholder={placeholder}
        autoFocus={autoFocus}
        value={typed ?? name}
        onChange={(event) => {
          type(event.target.value);
          const now = event.target.value.toLowerCase();
          announce(fill(common.found, { count: options.filter((one) => one.label.toLowerCase().includes(now)).length }));
        }}
        onClick={() => open || type("")}
        onBlur={() => setTyped(null)}
        onKeyDown={pressed}
      />
      {open && (
        <Choices id={id} list={list} label={label} options={shown} value={value} at={at} typed={typed} onChoose={choose} />
      )}
    </>
  );
}
