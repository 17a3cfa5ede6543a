import { ArrowDown, ArrowUp, CopyPlus, Ellipsis, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { announce } from "../../kit/announce";
import { Button, IconButton } from "../../kit/Button";
import { Menu } from "../../kit/Menu";
import { blank, type FieldSpec, fieldsOf, itemOf } from "../../model/schema";
import type { Value } from "../../model/types";
import { common } from "../../words/en/common";
import { panel as t } from "../../words/en/panel";
import { fill } from "../../words/fill";
import { FieldFor } from "../FieldFor";
import { Below } from "../rows";
import { Fields } from "../SchemaForm";
import { useScope } from "../scope";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

type Row = Record<string, Value>;

/** A row of a table fits beside its neighbours when it is two short fields and no more. */
function isCompact(fields: FieldSpec[]): boolean {
  const shown = fields.filter((field) => !field.hints.advanced);
  return (
    shown.length <= 2 && shown.every((field) => ["text", "template", "secret"].includes(field.kind) && !field.hints.markup)
  );
}

/** Objects in a list, such as headers or the choices of a menu. */
export function Rows({ field, path, value, change, readOnly, bare, ...note }: DrawGroup) {
  const scope = useScope();
  const box = useRef<HTMLDivElement>(null);
  const added = useRef(false);
  const rows = (Array.isArray(value) ? value : []) as Row[];
  const item = itemOf(field, scope.root);
  const fields = fieldsOf(item.schema, scope.root);
  const name = field.hints.row ?? one(field.label);
  const compact = isCompact(fields);
  const full = rows.length >= ((field.schema.maxItems as number) ?? Infinity);

  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    [...(box.current?.querySelectorAll(":scope > .row-item") ?? [])]
      .at(-1)
      ?.querySelector<HTMLElement>("input, textarea, select")
      ?.focus();
  }, [rows.length]);

  function add(row: Row) {
    added.current = true;
    change([...rows, row]);
  }

  return (
    <Several label={field.label} required={field.required} className={`rows ${compact ? "compact" : ""}`} bare={bare} {...note}>
      <div className="row-list" ref={box}>
        {rows.map((row, index) => (
          <div className="row-item" key={index} role="group" aria-label={`${name} ${index + 1}`}>
            <RowFields fields={fields} row={row} path={`${path}[${index}]`} compact={compact} again={index > 0} />
            {!readOnly && (
              <RowButtons name={`${name} ${index + 1}`} rows={rows} index={index} compact={compact} change={change} />
            )}
            {!compact && <Below path={`${path}[${index}]`} row={row} />}
          </div>
        ))}
      </div>
      {!readOnly && (
        <Button
          kind="link"
          className="add"
          icon={Plus}
          disabled={full}
          onClick={() => add(blank(item.schema, scope.root, rows))}
        >
          {fill(common.add, { name })}
        </Button>
      )}
    </Several>
  );
}

interface RowFieldsProps {
  fields: FieldSpec[];
  row: Row;
  path: string;
  compact: boolean;
  again: boolean;
}

function RowFields({ fields, row, path, compact, again }: RowFieldsProps) {
  if (!compact) return <Fields fields={fields} values={row} path={path} again={again} />;
  const shown = fields.filter((field) => !field.hints.advanced);
  const more = fields.filter((field) => field.hints.advanced);
  return (
    <>
      <div className="pair">
        {shown.map((field) => (
          <FieldFor key={field.name} field={field} path={`${path}.${field.name}`} values={row} bare />
        ))}
      </div>
      <Below path={path} row={row} />
      {more.length > 0 && <Fields fields={more} values={row} path={path} again={again} />}
    </>
  );
}

interface ButtonsProps {
  name: string;
  rows: Row[];
  index: number;
  compact: boolean;
  change: (rows: Row[]) => void;
}

function RowButtons({ name, rows, index, compact, change }: ButtonsProps) {
  const without = rows.filter((_, at) => at !== index);
  const remove = () => (change(without), announce(fill(t.removed, { name })));
  const moved = (to: number) => change(without.toSpliced(to, 0, rows[index]!));
  if (compact) return <IconButton icon={Trash2} size="small" label={fill(t.removeOne, { name })} onClick={remove} />;
  return (
    <Menu
      label={name}
      align="end"
      items={[
        { label: t.moveUp, icon: ArrowUp, disabled: index === 0, run: () => moved(index - 1) },
        { label: t.moveDown, icon: ArrowDown, disabled: index === rows.length - 1, run: () => moved(index + 1) },
        { label: common.duplicate, icon: CopyPlus, run: () => change(rows.toSpliced(index + 1, 0, rows[index]!)) },
        "line",
        { label: t.removeIt, icon: Trash2, danger: true, run: remove },
      ]}
      button={(trigger) => <IconButton icon={Ellipsis} size="small" label={fill(t.change, { name })} {...trigger} />}
    />
  );
}

/** What one of them is called: “Headers” is “header”. */
function one(label: string): string {
  return label
    .toLowerCase()
    .replace(/ies$/, "y")
    .replace(/([^s])s$/, "$1");
}
