import type { Schemas } from "../api/contract";

export type { FlowProblem } from "../api/problem";

/** What the server's declaration says, by the names that the page has for it. */

/** A way out of a block, and how it is drawn. */
export type Port = Schemas["PortRow"];
export type PortKind = Port["kind"];

/** JSON as a field of an action holds it. */
export type Value = unknown;
export type Config = Schemas["FlowBlock"]["action"];

/** Pixels from the left and from the top. */
export type Point = readonly [number, number];

type Filled<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;

/** A block as the flow says it. Where it lies is kept apart. */
export type Block = Filled<Omit<Schemas["FlowBlock"], "place">, "title" | "exits">;

export type Note = Required<Schemas["FlowNote"]>;

/** What a flow says: everything but where its blocks lie, and the notes beside them. */
export type Flow = Filled<Omit<FlowDocument, "blocks" | "notes">, "last_number"> & { readonly blocks: readonly Block[] };

export type Places = Readonly<Record<number, Point>>;

/** A flow file: what is saved and loaded. */
export type FlowDocument = Schemas["FlowDocument"];

/** A variable that a block may use, without its dollar sign. `block` sets it (0: the system); `maybe`: not on every way here. */
export type Available = Schemas["AvailableRow"];

/** What the server finds in a document; the keys are numbers of blocks. */
export type Checked = Omit<Schemas["Checked"], "audit">;
export type Saved = Checked & Pick<Schemas["Saved"], "version">;

/** A JSON schema, as far as the page reads it. */
// biome-ignore lint/suspicious/noExplicitAny: what stands in a schema depends on the action, which may come from any package
export type Schema = Record<string, any>;

/** An action as its declaration in the server describes it. */
export type Action = Omit<Schemas["ActionRow"], "schema"> & { readonly schema: Schema };
export type Bootstrap = Omit<Schemas["Bootstrap"], "actions"> & { readonly actions: readonly Action[] };

export type FlowRow = Schemas["FlowShown"];
export type NumberRow = Schemas["NumberRow"];
export type SecretRow = Schemas["NamedSecret"];
export type ClipRow = Schemas["ClipShown"];
export type Revision = Schemas["RevisionRow"];
/** One difference, in the server's words. `block` is a block's number, 0 for the flow itself. */
export type Change = Schemas["Change"];
export type CallRow = Schemas["CallShown"];
export type CallDetail = Schemas["CallDetail"];
export type CallEvent = Schemas["CallEvent"];
export type CallKind = CallEvent["kind"];
/** A test request and all there is to know of it. */
export type Reply = Schemas["TestReply"];
/** What a response variable takes from an answer. */
export type Taken = Schemas["TakenRow"];
export type Figures = Schemas["Stats"];
export type CallFigures = Schemas["CallsShown"];
export type FailureFigures = Schemas["FailuresShown"];
export type WebCallFigures = Schemas["BlockShown"];
