import { go, to } from "../app/routes";
import { ahead } from "./ahead";

/** One author's mistake, as the server tells it. */
export interface FlowProblem {
  code: string;
  level: "error" | "warning";
  /** The block's number; 0 is the flow itself. */
  block: number;
  /** The field within it. */
  path: string;
  message: string;
  hint: string;
}

/** What went wrong, in words for people: the server's own (application/problem+json), or ours when it was not reached. */
export class Problem extends Error {
  /** The HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly problems: FlowProblem[];
  /** The whole answer, for members that only one endpoint has. */
  readonly body: unknown;

  constructor(status: number, body: unknown, fallback: string) {
    const told = (body && typeof body === "object" ? body : {}) as Record<string, unknown>;
    const title = typeof told.title === "string" ? told.title : fallback;
    const detail = typeof told.detail === "string" ? told.detail : "";
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.problems = Array.isArray(told.problems) ? (told.problems as FlowProblem[]) : [];
    this.body = body;
  }

  /** The server was not reached: what was typed is kept, and trying again makes sense. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** Somebody else saved in between (If-Match did not hold). */
  get conflict(): boolean {
    return this.status === 412 || this.status === 409;
  }
}

export interface Answer<T> {
  data: T;
  status: number;
  /** As the server wrote it, quotes included: hand it back as `ifMatch`. */
  etag: string | null;
}

export interface Options {
  /** Sent as JSON, unless it is FormData, a Blob or a URLSearchParams. */
  body?: unknown;
  /** Entity tag for If-Match. */
  ifMatch?: string | null;
  query?: Record<string, string | number | boolean | null | undefined>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Leave a 401 to the caller instead of going to the sign-in page. */
  stay?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
const offline = "The server can't be reached.";

export interface Client {
  /** The token that every request sends that may change something. */
  csrf: string;
  request<T>(method: Method, path: string, options?: Options): Promise<Answer<T>>;
  get<T>(path: string, options?: Options): Promise<T>;
  post<T>(path: string, body?: unknown, options?: Options): Promise<T>;
  put<T>(path: string, body?: unknown, options?: Options): Promise<T>;
  patch<T>(path: string, body?: unknown, options?: Options): Promise<T>;
  remove<T = void>(path: string, options?: Options): Promise<T>;
}

/** A client; `fetch` and what a 401 does can be put in its place. */
export function createClient(send: typeof fetch, signIn: () => void): Client {
  async function request<T>(method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
    const { headers, body } = content(options);
    if (method !== "GET" && client.csrf) headers.set("X-CSRF-Token", client.csrf);
    const init = { method, headers, body, signal: options.signal, credentials: "same-origin" } as RequestInit;
    const response = await send(path + query(options.query), init).catch((error: unknown) => {
      if (options.signal?.aborted) throw error;
      throw new Problem(0, null, offline);
    });
    client.csrf = response.headers.get("X-CSRF-Token") ?? client.csrf;
    const data = await read(response);
    if (response.ok) return { data: data as T, status: response.status, etag: response.headers.get("ETag") };
    if (response.status === 401 && !options.stay) signIn();
    throw new Problem(response.status, data, `The server answered ${response.status}.`);
  }
  const client: Client = {
    csrf: "",
    request,
    get: async (path, options) => (await request<never>("GET", path, options)).data,
    post: async (path, body, options) => (await request<never>("POST", path, { ...options, body })).data,
    put: async (path, body, options) => (await request<never>("PUT", path, { ...options, body })).data,
    patch: async (path, body, options) => (await request<never>("PATCH", path, { ...options, body })).data,
    remove: async (path, options) => (await request<never>("DELETE", path, options)).data,
  };
  return client;
}

function content({ body, headers: more, ifMatch }: Options): { headers: Headers; body: BodyInit | undefined } {
  const headers = new Headers({ Accept: "application/json", ...more });
  if (ifMatch) headers.set("If-Match", ifMatch);
  if (body === undefined) return { headers, body: undefined };
  if (body instanceof FormData || body instanceof Blob || body instanceof URLSearchParams) return { headers, body };
  headers.set("Content-Type", "application/json");
  return { headers, body: JSON.stringify(body) };
}

function query(values: Options["query"]): string {
  const given = Object.entries(values ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}` : "";
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => "");
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return text || undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whatever was caught, as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, null, error instanceof Error ? error.message : String(error));
}

/** The one that the screens use. */
export const api = createClient(
  (path, init) => ahead.send(String(path), init ?? {}),
  () => {
    if (location.pathname !== "/login") go(to.login(location.pathname + location.search), { replace: true });
  },
);
