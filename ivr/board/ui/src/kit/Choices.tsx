import type { RefObject } from "react";
import { common } from "../words/en/common";
import { kit as t } from "../words/en/kit";
import { fill } from "../words/fill";

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

interface Props {
  /** Of the combobox: the list is called after it. */
  id: string;
  list: RefObject<HTMLDivElement | null>;
  label?: string;
  options: Option[];
  /** The chosen one. */
  value: string;
  /** The place of the one that Enter would choose. */
  at: number;
  typed: string;
  onChoose: (option: Option) => void;
}

/** The list below a combobox. */
export function Choices({ id, list, label, options, value, at, typed, onChoose }: Props) {
  return (
    <div ref={list} id={`${id}-list`} popover="manual" role="listbox" aria-label={label ?? t.choices} className="popover list">
      {options.map((option, index) => (
        <div
          key={option.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={option.value === value}
          className={`option ${index === at ? "active" : ""}`}
          ref={index === at ? (row) => row?.scrollIntoView({ block: "nearest" }) : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(option)}
        >
          {option.label}
          {option.hint && <span className="hint">{option.hint}</span>}
        </div>
      ))}
      {options.length === 0 && (
        <div role="option" aria-disabled aria-selected={false} className="option">
          {fill(common.nothingIsCalled, { typed })}
        </div>
      )}
    </div>
  );
}
