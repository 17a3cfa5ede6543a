import type { German } from "./de";
import type { api } from "./en/api";
import type { app } from "./en/app";
import type { audio } from "./en/audio";
import type { board } from "./en/board";
import type { calls } from "./en/calls";
import type { common } from "./en/common";
import type { flows } from "./en/flows";
import type { frame } from "./en/frame";
import type { groups } from "./en/groups";
import type { help } from "./en/help";
import type { keys } from "./en/keys";
import type { kit } from "./en/kit";
import type { login } from "./en/login";
import type { model } from "./en/model";
import type { numbers } from "./en/numbers";
import type { overlays } from "./en/overlays";
import type { panel } from "./en/panel";
import type { people } from "./en/people";
import type { phone } from "./en/phone";
import type { publish } from "./en/publish";
import type { secrets } from "./en/secrets";
import type { times } from "./en/times";
import type { Names } from "./fill";

interface English {
  api: typeof api;
  app: typeof app;
  audio: typeof audio;
  board: typeof board;
  calls: typeof calls;
  common: typeof common;
  flows: typeof flows;
  frame: typeof frame;
  groups: typeof groups;
  help: typeof help;
  keys: typeof keys;
  kit: typeof kit;
  login: typeof login;
  model: typeof model;
  numbers: typeof numbers;
  overlays: typeof overlays;
  panel: typeof panel;
  people: typeof people;
  phone: typeof phone;
  publish: typeof publish;
  secrets: typeof secrets;
  times: typeof times;
}

type Values<Of> = Of extends string ? Names<Of> : Names<Of[keyof Of] & string>;
type Alike<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** What is wrong with a translation, in words that the type checker prints. */
type Wrong<Area extends string, Key extends string, From, To> = [From] extends [never]
  ? `${Area}.${Key} is in no English message`
  : [To] extends [never]
    ? `${Area}.${Key} is not translated`
    : Alike<Values<From>, Values<To>> extends true
      ? never
      : `${Area}.${Key} has other {values}`;
type At<Of, Key> = Key extends keyof Of ? Of[Key] : never;
type Faults<From, To> = {
  [Area in keyof (From & To) & string]: {
    [Key in keyof (At<From, Area> & At<To, Area>) & string]: Wrong<Area, Key, At<At<From, Area>, Key>, At<At<To, Area>, Key>>;
  }[keyof (At<From, Area> & At<To, Area>) & string];
}[keyof (From & To) & string];

/** No error says otherwise: each message is there in each language, with the same values. */
export const complete: Readonly<Record<Faults<English, German>, never>> = {};
