import { useState } from "react";
import { Button } from "../kit/Button";
import { Field } from "../kit/Field";
import { type FieldSpec, mistake, valueOf } from "../model/schema";
import type { Value } from "../model/types";
import { panel as t } from "../words/en/panel";
import { Help } from "./Prose";
import { told, useScope } from "./scope";
import type { Draw } from "./widgets/draw";

interface Props {
  field: FieldSpec;
  /** Where it stands within the action, such as `headers[0].value`. */
  path: string;
  /** The object it stands in. */
  values: Record<string, Value>;
  /** Its label is only heard, as in a row of a table; its help is left out. */
  bare?: boolean;
  /** Its heading says the same as its label would. */
  alone?: boolean;
  /** It is one of many alike: the first of them has the help. */
  again?: boolean;
}

/** What is wrong is put right by a click, where the check knows what is right. */
function Fix({ problems, readOnly, change }: Pick<Draw, "problems" | "readOnly" | "change">) {
  const known = problems.find((problem) => problem.fix);
  if (!known || readOnly) return null;
  return (
    <Button kind="link" title={known.fix} onClick={() => change(known.fix)}>
      {t.correctIt}
    </Button>
  );
}

/** Whether something is being written in a field: warnings wait until it is left, but those that were there stay. */
function useWriting(warning: string): { held: boolean; onFocus: () => void; onBlur: () => void } {
  const [before, setBefore] = useState<string | null>(null);
  const held = before !== null && warning !== before;
  return { held, onFocus: () => setBefore(warning), onBlur: () => setBefore(null) };
}

/** One field, by its schema: the widget, its label, help, and what is wrong with it. */
export function FieldFor({ field, path, values, bare, alone, again }: Props) {
  const scope = useScope();
  const { controls, groups } = scope.widgets;
  const value = valueOf(field, values);
  const empty = values[field.name] === undefined || values[field.name] === "";
  // What was missing at the last check may be there by now.
  const problems = (scope.problems.get(path) ?? []).filter((problem) => empty || problem.code !== "missing");
  const error = mistake(field, values[field.name]) || told(problems, "error");
  const found = told(problems, "warning");
  const { held, ...writing } = useWriting(found);
  const warning = held ? "" : found;
  const draw: Draw = {
    field,
    path,
    value,
    own: values[field.name],
    values,
    problems,
    readOnly: scope.readOnly,
    change: (to) => scope.set(path, to),
  };
  const help = bare || again ? undefined : field.help && <Help text={field.help} />;
  const Group = groups[field.kind];
  const className = `cell ${field.hints.half ? "half" : ""} ${bare || alone ? "unlabelled" : ""}`;
  if (Group) {
    return (
      <div className={className} data-path={path}>
        <Group {...draw} help={help} error={error} warning={warning} bare={bare} />
      </div>
    );
  }
  const Control = controls[field.kind] ?? controls[field.schema.type === "string" ? "text" : "json"]!;
  return (
    <div className={className} data-path={path} {...writing}>
      <Field label={field.label} help={help} error={error} warning={warning} required={field.required}>
        {(control) => <Control {...draw} control={control} />}
      </Field>
      <Fix problems={held ? [] : problems} readOnly={scope.readOnly} change={draw.change} />
    </div>
  );
}
