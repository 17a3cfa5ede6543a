import { Audio } from "./Audio";
import { Blocks } from "./Blocks";
import { Choice } from "./Choice";
import { Clip } from "./Clip";
import { Code } from "./Code";
import type { Widgets } from "./draw";
import { Json } from "./Json";
import { List } from "./List";
import { DateOf, TimeOf } from "./moments";
import { NumberOf } from "./Number";
import { Country, Flow, Language, TimeZone } from "./named";
import { ObjectOf } from "./ObjectOf";
import { Rows } from "./Rows";
import { Secret } from "./Secret";
import { Several } from "./Several";
import { Switch } from "./Switch";
import { Template, Text, Words } from "./Text";
import { Union } from "./Union";
import { Voice } from "./Voice";

const controls: Widgets["controls"] = {
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
  voice: Voice,
  flow: Flow,
  clip: Clip,
  json: Json,
};

const groups: Widgets["groups"] = {
  switch: Switch,
  secret: Secret,
  rows: Rows,
  list: List,
  several: Several,
  weekdays: Several,
  blocks: Blocks,
  date: DateOf,
  audio: Audio,
  union: Union,
  object: ObjectOf,
};

/** The widgets of this page. A panel hands them to its fields: some of them hold fields themselves. */
export const widgets: Widgets = { controls, groups };
