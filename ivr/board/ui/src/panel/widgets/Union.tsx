import { useId } from "react";
import { blank, choiceLabel, fieldsOf, kindsOf, words } from "../../model/schema";
import type { Value } from "../../model/types";
import { Fields } from "../SchemaForm";
import { useScope } from "../scope";
import type { DrawGroup } from "./draw";
import { Note } from "./Note";

/** One of several kinds of object: which one, and below it its fields. */
export function Union({ field, path, value, change, readOnly, help, error, warning }: DrawGroup) {
  const scope = useScope();
  const id = useId();
  const kinds = kindsOf(field, scope.root);
  const chosen = (value ?? null) as Record<string, Value> | null;
  const type = chosen ? String(chosen.type ?? "") : "";
  const schema = kinds.find((kind) => kind.type === type)?.schema;
  const label = (each: string) => field.hints.labels?.[each] ?? (words(each) || choiceLabel(null, field.hints));

  function choose(to: string) {
    const kind = kinds.find((each) => each.type === to);
    change(kind ? { ...blank(kind.schema, scope.root), type: to } : undefined);
  }

  return (
    <div className="field union">
      <label htmlFor={id}>{field.label}</label>
      <select
        id={id}
        value={type}
        disabled={readOnly}
        aria-describedby={`${id}-note`}
        onChange={(event) => choose(event.target.value)}
      >
        {field.nullable && <option value="">{choiceLabel(null, field.hints)}</option>}
        {!field.nullable && !schema && <option value={type}>{type}</option>}
        {kinds.map((kind) => (
          <option key={kind.type} value={kind.type}>
            {label(kind.type)}
          </option>
        ))}
      </select>
      <Note id={`${id}-note`} help={chosen ? undefined : help} error={error} warning={warning} />
      {schema && chosen && <Fields fields={fieldsOf(schema, scope.root)} values={chosen} path={path} />}
    </div>
  );
}
