import { useEffect, useRef } from "react";
import { partsOf, partsTold } from "../../model/parts";
import { panel as t } from "../../words/en/panel";
import { useScope } from "../scope";
import { TemplateField } from "../TemplateField";
import type { DrawControl } from "./draw";

const text = (value: unknown) => (typeof value === "string" ? value : value == null ? "" : String(value));

/** Nothing where nothing may stand, and the default where that is nothing. */
export function cleared({ field }: Pick<DrawControl, "field">, typed: string): string | null | undefined {
  if (typed) return typed;
  return field.nullable ? (field.fallback === null ? undefined : null) : field.fallback === "" ? undefined : "";
}

/** What is too long for a field, such as the path of a query, is seen from its end while nothing is typed. */
function useEnd(wanted: boolean) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const field = input.current;
    if (!wanted || !field) return;
    const turn = () => document.activeElement === field || (field.scrollLeft = field.scrollWidth);
    const later = () => requestAnimationFrame(turn);
    turn();
    field.addEventListener("blur", later);
    return () => field.removeEventListener("blur", later);
  });
  return input;
}

export function Text(draw: DrawControl) {
  const { field, own, change, readOnly, control } = draw;
  const { before, placeholder, mono } = field.hints;
  const end = useEnd(mono === true);
  const input = (
    <input
      {...control}
      ref={end}
      className={`input ${mono || before ? "mono" : ""}`}
      value={text(own ?? (field.fallback === "" ? "" : field.fallback))}
      placeholder={placeholder ?? ""}
      readOnly={readOnly}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => change(event.target.value || !field.fallback ? cleared(draw, event.target.value) : "")}
    />
  );
  if (!before) return input;
  return (
    <span className="before">
      <span aria-hidden>{before}</span>
      {input}
    </span>
  );
}

/** Text with variables. Words that are spoken or sent may be long; an address is one line that wraps. */
export function Template(draw: DrawControl) {
  const { field, own, value, change, control, problems, path } = draw;
  const { takes, action, reference } = useScope();
  const { markup, placeholder, mono, widget } = field.hints;
  const lines = Boolean(markup) || widget === "template-area" || longText(field.name);
  const now = text(own === undefined ? value : own);
  const entry = (
    <TemplateField
      control={control}
      label={field.label}
      value={now}
      problems={problems}
      placeholder={placeholder}
      lines={lines}
      mono={mono}
      spelled={lines}
      onChange={(typed) => change(typed)}
      takes={(pasted) => takes(path, pasted)}
      sends={action.type === "external_web_call"}
    />
  );
  if (!field.hints.parts || !now) return entry;
  return (
    <>
      {entry}
      <span className="help parts">{partsTold(partsOf(now, reference))}</span>
    </>
  );
}

const longText = (name: string) => /^(message|text|words|prompt)$/.test(name);

/** Several short texts, with commas between them. */
export function Words({ field, value, change, control, readOnly }: DrawControl) {
  const list = Array.isArray(value) ? value.map(String) : [];
  return (
    <input
      key={list.join()}
      {...control}
      className="input"
      defaultValue={list.join(", ")}
      placeholder={field.hints.placeholder ?? t.oneAnotherOne}
      readOnly={readOnly}
      onBlur={(event) => {
        const words = event.target.value
          .split(",")
          .map((each) => each.trim())
          .filter(Boolean);
        if (words.join() !== list.join()) change(words.length ? words : undefined);
      }}
    />
  );
}
