import { Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "../../kit/Button";
import { itemOf } from "../../model/schema";
import { common } from "../../words/en/common";
import { panel as t } from "../../words/en/panel";
import { fill } from "../../words/fill";
import { FieldFor } from "../FieldFor";
import { useScope } from "../scope";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

/** Texts in a list, such as the numbers of a transfer. */
export function List({ field, path, value, change, readOnly, bare, ...note }: DrawGroup) {
  const scope = useScope();
  const items = Array.isArray(value) ? value : [];
  const full = items.length >= ((field.schema.maxItems as number) ?? Infinity);
  const name = field.hints.row ?? field.label.toLowerCase().replace(/s$/, "");
  return (
    <Several label={field.label} required={field.required} className="rows compact" bare={bare} {...note}>
      <div className="row-list">
        {items.map((each, index) => {
          const item = { ...itemOf(field, scope.root), name: "each", label: `${name} ${index + 1}` };
          return (
            <div className="row-item" key={index}>
              <div className="pair">
                <FieldFor field={item} path={`${path}[${index}]`} values={{ each }} bare />
              </div>
              {!readOnly && (
                <IconButton
                  icon={Trash2}
                  size="small"
                  label={fill(t.remove, { name, value: index + 1 })}
                  onClick={() => change(items.filter((_, at) => at !== index))}
                />
              )}
            </div>
          );
        })}
      </div>
      {!readOnly && (
        <Button kind="link" className="add" icon={Plus} disabled={full} onClick={() => change([...items, ""])}>
          {fill(common.add, { name })}
        </Button>
      )}
    </Several>
  );
}
