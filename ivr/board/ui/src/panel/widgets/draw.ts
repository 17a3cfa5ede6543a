import type { FunctionComponent, ReactNode } from "react";
import type { FlowProblem } from "../../api/problem";
import type { Control } from "../../kit/Field";
import type { FieldSpec } from "../../model/schema";
import type { Value } from "../../model/types";

/** What a widget is given. */
export interface Draw {
  field: FieldSpec;
  path: string;
  /** What was filled in, else the default. */
  value: Value;
  /** What was filled in. */
  own: Value;
  /** The object around it. */
  values: Record<string, Value>;
  problems: readonly FlowProblem[];
  readOnly: boolean;
  /** Another value; undefined for the default. */
  change: (value: Value) => void;
}

export interface DrawControl extends Draw {
  control: Control;
}

/** A widget of several controls draws its label and note itself. */
export interface DrawGroup extends Draw {
  help?: ReactNode;
  error: string;
  warning: string;
  bare?: boolean;
}

/** Every widget by the kind of field it is for: those that are one control, and those that are several. */
export interface Widgets {
  controls: Readonly<Record<string, FunctionComponent<DrawControl>>>;
  groups: Readonly<Record<string, FunctionComponent<DrawGroup>>>;
}
