import type { FlowProblem } from "../api/client";

export type { FlowProblem } from "../api/client";

export type PortKind = "next" | "success" | "failure" | "timeout" | "digit";

/** A way out of a block, and how it is drawn. */
export interface Port {
  id: string;
  label: string;
  kind: PortKind;
}

/** JSON as a field of an action holds it. */
export type Value = unknown;
export type Config = { type: string } & Record<string, Value>;

/** Pixels from the left and from the top. */
export type Point = readonly [number, number];

/** A block as the flow says it. Where it lies is kept apart. */
export interface Block {
  readonly number: number;
  readonly title: string;
  readonly action: Config;
  /** Port to the number of the block it leads to. */
  readonly exits: Readonly<Record<string, number>>;
  /** Calls pass it by, through its first exit. */
  readonly disabled?: boolean;
}

export interface Note {
  readonly text: string;
  readonly place: Point;
  readonly size: Point;
}

/** What a flow says: everything but where its blocks lie, and the notes beside them. */
export interface Flow {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly time_zone?: string;
  readonly language?: string;
  readonly voice?: string;
  readonly apology?: string;
  readonly last_number: number;
  readonly blocks: readonly Block[];
}

export type Places = Readonly<Record<number, Point>>;

/** A flow file: what is saved and loaded. */
export type FlowDocument = Omit<Flow, "blocks"> & {
  blocks: (Block & { place: Point | null })[];
  notes: Note[];
};

/** A variable that a block may use, without its dollar sign. `block` sets it (0: the system); `maybe`: not on every way here. */
export interface Available {
  name: string;
  help: string;
  block: number;
  maybe: boolean;
}

/** What the server finds in a document; the keys are numbers of blocks. */
export interface Checked {
  problems: FlowProblem[];
  available: Record<string, Available[]>;
  ports: Record<string, Port[]>;
}

/** A JSON schema, as far as the page reads it. */
export type Schema = Record<string, any>;

/** An action as its declaration in the server describes it. */
export interface Action {
  type: string;
  title: string;
  group: string;
  icon: string;
  prefix: string;
  help: string;
  keywords: string[];
  trigger: boolean;
  /** Such as `{method} {url}`. */
  summary: string;
  ports: Port[];
  /** The field whose rows each bring one more port, before the fixed ones; or "". */
  ports_from: string;
  /** `#.name` is the block's own, `name` is shared. */
  variables: { name: string; help: string }[];
  schema: Schema;
}

export interface Bootstrap {
  version: string;
  /** The pattern of a reference such as `$EXTCALL_3.response`, with groups `dollar`, `braced` and `bare`. */
  reference: string;
  system_variables: { name: string; help: string }[];
  time_zones: string[];
  templates: { id: string; name: string; description: string }[];
  languages: string[];
  actions: Action[];
  public_url: string;
  demo: boolean;
  read_only: boolean;
  carrier: "twilio" | "emulator" | null;
}
