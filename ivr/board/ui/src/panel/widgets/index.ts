import type { FunctionComponent, ReactNode } from "react";
import type { FlowProblem } from "../../api/problem";
import type { Control } from "../../kit/Field";
import type { FieldSpec } from "../../model/schema";
import type { Value } from "../../model/types";
import { Audio } from "./Audio";
import { Choice } from "./Choice";
import { Clip } from "./Clip";
import { Code } from "./Code";
import { Country, Flow, Language, TimeZone } from "./named";
import { DateOf, TimeOf } from "./moments";
import { Json } from "./Json";
import { List } from "./List";
import { NumberOf } from "./Number";
import { ObjectOf } from "./ObjectOf";
import { Rows } from "./Rows";
import { Secret } from "./Secret";
import { Several } from "./Several";
import { Switch } from "./Switch";
import { Template, Text, Words } from "./Text";
import { Union } from "./Union";

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

/** Widgets that are one control. */
export const controls: Record<string, FunctionComponent<DrawControl>> = {
  text: Text,
  phone: Text,
  url: Template,
  template: Template,
  "template-area": Template,
  "template-code": Code,
  words: Words,
  number: NumberOf,
  duration: NumberOf,
  choice: Choice,
  select: Choice,
  time: TimeOf,
  country: Country,
  "time-zone": TimeZone,
  language: Language,
  flow: Flow,
  clip: Clip,
  json: Json,
};

/** Widgets that are several. */
export const groups: Record<string, FunctionComponent<DrawGroup>> = {
  switch: Switch,
  secret: Secret,
  rows: Rows,
  list: List,
  several: Several,
  weekdays: Several,
  date: DateOf,
  audio: Audio,
  union: Union,
  object: ObjectOf,
};
