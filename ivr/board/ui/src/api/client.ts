import { go, to } from "../nav/routes";
import { api as t } from "../words/en/api";
import { fill } from "../words/fill";
import { ahead } from "./ahead";
import { address, type Operation, type PathOf, type Reply, type Request, type Verb } from "./contract";
import { parsedExactly } from "./digits";
import { Problem } from "./problem";

export interface Answer<T> {
  data: T;
  status: number;
  /** As the server wrote it, quotes included: hand it back as `ifMatch`. */
  etag: string | null;
}

interface Manner {
  /** Entity tag for If-Match. */
  ifMatch?: string | null;
  signal?: AbortSignal;
  /** Leave a 401 to the caller instead of going to the sign-in page. */
  stay?: boolean;
}

type Options<O> = Request<O> & Manner;
/** What a request needs by its declaration must be given; one that needs nothing may be sent without a word. */
type Given<O> = Record<never, never> extends Options<O> ? [options?: Options<O>] : [options: Options<O>];
type Ask<V extends Verb> = <P extends PathOf<V>>(path: P, ...given: Given<Operation<P, V>>) => Promise<Reply<Operation<P, V>>>;

/** Any request, as it is when its types are gone. */
interface Loose extends Manner {
  path?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | null | undefined>>;
  body?: unknown;
}

const offline = t.theServerCantBeReached;

/** Addresses, what is sent and what comes back are those of the server's own declaration: see contract.ts. */
export interface Client {
  /** The token that every request sends that may change something. */
  csrf: string;
  /** The whole answer, for its ETag. */
  request<V extends Verb, P extends PathOf<V>>(
    verb: V,
    path: P,
    ...given: Given<Operation<P, V>>
  ): Promise<Answer<Reply<Operation<P, V>>>>;
  /** GET an address that is filled in already. */
  load<T>(filled: string, signal: AbortSignal): Promise<Answer<T>>;
  get: Ask<"get">;
  post: Ask<"post">;
  put: Ask<"put">;
  remove: Ask<"delete">;
}

/** A client; `fetch` and what a 401 does can be put in its place. */
export function createClient(send: typeof fetch, signIn: () => void): Client {
  async function request(verb: Verb, path: string, options: Loose = {}): Promise<Answer<never>> {
    const method = verb.toUpperCase();
    const { headers, body } = content(options);
    if (verb !== "get" && client.csrf) headers.set("X-CSRF-Token", client.csrf);
    const init = { method, headers, body, signal: options.signal, credentials: "same-origin" } as RequestInit;
    const broken = (error: unknown): never => {
      if (options.signal?.aborted) throw error;
      throw new Problem(0, null, offline);
    };
    const response = await send(address(path, options), init).catch(broken);
    client.csrf = response.headers.get("X-CSRF-Token") ?? client.csrf;
    // An answer may break off, or be called off, after its head has come: then there is none.
    const text = await response.text().catch((error: unknown) => (response.ok ? broken(error) : ""));
    const data = read(response, text, exactly[path] ?? []);
    if (response.ok && data === unreadable) return broken(unreadable);
    if (response.ok) return { data: data as never, status: response.status, etag: response.headers.get("ETag") };
    if (response.status === 401 && !options.stay) signIn();
    throw new Problem(response.status, data, fill(t.theServerAnswered, { status: response.status }));
  }
  const ask = (verb: Verb) => async (path: string, options?: Loose) => (await request(verb, path, options)).data;
  const client: Client = {
    csrf: "",
    request: request as Client["request"],
    load: (filled, signal) => request("get", filled, { signal }),
    get: ask("get") as Client["get"],
    post: ask("post") as Client["post"],
    put: ask("put") as Client["put"],
    remove: ask("delete") as Client["remove"],
  };
  return client;
}

function content({ body, ifMatch }: Loose): { headers: Headers; body: BodyInit | undefined } {
  const headers = new Headers({ Accept: "application/json" });
  if (ifMatch) headers.set("If-Match", ifMatch);
  if (body === undefined) return { headers, body: undefined };
  if (body instanceof FormData) return { headers, body };
  headers.set("Content-Type", "application/json");
  return { headers, body: JSON.stringify(body) };
}

/** Members of answers that hold what APIs sent: their numbers keep every digit. */
const exactly: Readonly<Record<string, readonly string[]>> = {
  "/api/flows/{id}/test-request": ["value", "variables", "request"],
  "/api/calls/{id}": ["variables", "detail"],
  "/api/calls/{id}/trace": ["variables", "detail"],
};

const unreadable = new Error(t.theAnswerIsNoJson);

function read(response: Response, text: string, exact: readonly string[]): unknown {
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return text || undefined;
  try {
    return exact.length ? parsedExactly(text, exact) : JSON.parse(text);
  } catch {
    return response.ok ? unreadable : undefined;
  }
}

/** The one that the screens use. */
export const api = createClient(
  (path, init) => ahead.send(String(path), init ?? {}),
  () => {
    if (location.pathname !== "/login") go(to.login(location.pathname + location.search), { replace: true });
  },
);
