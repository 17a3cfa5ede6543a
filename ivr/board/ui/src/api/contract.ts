import type { components, paths } from "./schema";

/** What the server's OpenAPI document says, by address and method. The types themselves are generated. */

export type Schemas = components["schemas"];
export type Verb = "get" | "post" | "put" | "delete";

/** Every address that knows this method. */
export type PathOf<V extends Verb> = { [P in keyof paths]: paths[P][V] extends object ? P : never }[keyof paths];

export type Operation<P extends PathOf<V>, V extends Verb> = paths[P][V];

/** The JSON of an answer by its status. */
type Content<O, S extends number> = O extends { responses: infer R }
  ? R[S & keyof R] extends { content: { "application/json": infer T } }
    ? T
    : undefined
  : never;

/** What comes back when all goes well: undefined when there is nothing to tell. */
export type Reply<O> = Content<O, 200 | 201 | 202 | 204>;

/** A message of a WebSocket. */
export type Message<O> = Content<O, 101>;

type InPath<O> = O extends { parameters: { path: infer T extends object } }
  ? { path: { readonly [K in keyof T]: string | number } }
  : unknown;

type InQuery<O> = O extends { parameters: { query?: infer T } }
  ? [NonNullable<T>] extends [never]
    ? unknown
    : { query?: { readonly [K in keyof NonNullable<T>]?: string | number | null } }
  : unknown;

type InBody<O> = O extends { requestBody: { content: infer C } }
  ? C extends { "application/json": infer T }
    ? { body: T }
    : { body: FormData }
  : unknown;

/** Where a request goes: what fills the gaps of its address, and what stands behind the question mark. */
export type Where<O> = InPath<O> & InQuery<O>;

/** All that a request says. */
export type Request<O> = Where<O> & InBody<O>;

interface Filling {
  path?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | null | undefined>>;
}

/** An address with its gaps filled in, and what is asked for behind it. */
export function address(template: string, where: unknown = {}): string {
  const { path = {}, query = {} } = where as Filling; // each route has its own gaps: what fills them is checked where it is asked
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return asked.length ? `${filled}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}` : filled;
}
