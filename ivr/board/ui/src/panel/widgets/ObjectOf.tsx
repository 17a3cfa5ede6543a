import { fieldsOf } from "../../model/schema";
import type { Value } from "../../model/types";
import { Fields } from "../SchemaForm";
import { useScope } from "../scope";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

/** Fields within a field. */
export function ObjectOf({ field, path, value, bare, ...note }: DrawGroup) {
  const scope = useScope();
  return (
    <Several
      label={field.label}
      required={field.required}
      bare={bare}
      className="inner"
      help={note.help}
      error={note.error}
      warning={note.warning}
    >
      <Fields fields={fieldsOf(field.schema, scope.root)} values={(value ?? {}) as Record<string, Value>} path={path} />
    </Several>
  );
}
