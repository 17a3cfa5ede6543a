import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Icon } from "../kit/Icon";
import { type FieldSpec, fieldsOf, filled, type Group, groupsOf, visible } from "../model/schema";
import type { Value } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { FieldFor } from "./FieldFor";
import { useScope, within } from "./scope";

type Values = Record<string, Value>;

interface FormProps {
  /** What stands at the end of a group, by its title. */
  after?: Record<string, ReactNode>;
}

/** All fields of a block, under their headings. */
export function SchemaForm({ after = {} }: FormProps) {
  const { root, config } = useScope();
  const fields = fieldsOf(root, root);
  return groupsOf(fields).map((group) => (
    <GroupOf key={group.title} group={group} fields={fields} values={config} after={after[group.title]} />
  ));
}

interface GroupProps {
  group: Group;
  fields: FieldSpec[];
  values: Values;
  after?: ReactNode;
}

function GroupOf({ group, fields, values, after }: GroupProps) {
  const { problems } = useScope();
  const all = [...group.fields, ...group.more];
  const shown = all.filter((field) => visible(field, values, fields));
  const found = shown.flatMap((field) => within(problems, field.name));
  const [open, setOpen] = useState(() => !group.collapsed || found.length > 0 || all.some((field) => filled(field, values)));
  if (shown.length === 0) return null;
  return (
    <details
      className="group"
      data-fields={all.map((field) => field.name).join(" ")}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon of={ChevronDown} />
        <h3>{group.title}</h3>
        {found.length > 0 && <Dot bad={found.some((problem) => problem.level === "error")} />}
      </summary>
      {open && (
        <div className="group-body">
          <Grid fields={group.fields} all={fields} values={values} path="" heading={group.title} />
          <More fields={group.more} all={fields} values={values} path="" />
          {after}
        </div>
      )}
    </details>
  );
}

function Dot({ bad }: { bad: boolean }) {
  return <span className={`trouble ${bad ? "bad" : "warn"}`} role="img" aria-label={bad ? t.hasAnError : t.hasAWarning} />;
}

interface FieldsProps {
  fields: FieldSpec[];
  values: Values;
  path: string;
  /** The object is one of many alike, and not the first. */
  again?: boolean;
}

/** The fields of an object within the block. */
export function Fields({ fields, values, path, again }: FieldsProps) {
  return (
    <>
      <Grid fields={fields.filter((field) => !field.hints.advanced)} all={fields} values={values} path={path} again={again} />
      <More fields={fields.filter((field) => field.hints.advanced)} all={fields} values={values} path={path} again={again} />
    </>
  );
}

interface GridProps extends FieldsProps {
  all: FieldSpec[];
  heading?: string;
}

function Grid({ fields, all, values, path, heading, again }: GridProps) {
  const shown = fields.filter((field) => visible(field, values, all));
  if (shown.length === 0) return null;
  return (
    <div className="fields">
      {shown.map((field) => (
        <FieldFor
          key={field.name}
          field={field}
          path={path ? `${path}.${field.name}` : field.name}
          values={values}
          alone={fields.length === 1 && field.label.toLowerCase() === heading?.toLowerCase()}
          again={again}
        />
      ))}
    </div>
  );
}

/** What few need, folded away until it is filled in. */
function More(props: GridProps) {
  const { fields, all, values, path } = props;
  const { problems } = useScope();
  const shown = fields.filter((field) => visible(field, values, all));
  const told = shown.some((field) => within(problems, path ? `${path}.${field.name}` : field.name).length > 0);
  const [open, setOpen] = useState(() => told || shown.some((field) => filled(field, values)));
  if (shown.length === 0) return null;
  return (
    <details
      className="more-fields"
      data-fields={shown.map((field) => field.name).join(" ")}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon of={ChevronDown} size={14} />
        {common.more}
      </summary>
      {open && <Grid {...props} />}
    </details>
  );
}
