import { useMemo, useSyncExternalStore } from "react";

/** Every screen there is. `id` is that of a flow, of a call, or of a page of the documentation. */
export type Route =
  | { name: "flows" | "calls" | "numbers" | "secrets" | "audio" | "people" | "login" | "lost" }
  | { name: "board" | "versions" | "call" | "help"; id: string };

type Plain = Exclude<Route["name"], "board" | "versions" | "call" | "help" | "lost">;

const plain = new Map<string, Plain>([
  ["", "flows"],
  ["calls", "calls"],
  ["numbers", "numbers"],
  ["secrets", "secrets"],
  ["audio", "audio"],
  ["people", "people"],
  ["login", "login"],
]);

/** The screen that a path names; "lost" when there is none. */
export function match(path: string): Route {
  const parts = path.split("/").filter(Boolean).map(decoded);
  const [first = "", id, third] = parts;
  if (first === "help" && parts.length < 3) return { name: "help", id: id ?? "start" };
  if (parts.length < 2) return { name: plain.get(first) ?? "lost" };
  if (first === "calls" && id && parts.length === 2) return { name: "call", id };
  if (first === "flows" && id && parts.length === 2) return { name: "board", id };
  if (first === "flows" && id && parts.length === 3 && third === "versions") return { name: "versions", id };
  return { name: "lost" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Paths of screens, for links. */
export const to = {
  flows: "/",
  flow: (id: string) => `/flows/${encodeURIComponent(id)}`,
  versions: (id: string) => `/flows/${encodeURIComponent(id)}/versions`,
  calls: "/calls",
  call: (id: string) => `/calls/${encodeURIComponent(id)}`,
  numbers: "/numbers",
  secrets: "/secrets",
  audio: "/audio",
  people: "/people",
  /** A page of the documentation, perhaps with a place on it: `external-web-call#secrets`. */
  help: (topic: string) => `/help/${topic}`,
  login: (next: string) => (next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`),
};

/** A path of our own to go to after signing in: never another host. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])[^\\\s]*$/.test(next) && !next.startsWith("/login") ? next : "/";
}

const moved = "board:moved";

/** Show another screen. `replace` leaves no step to go back to. */
export function go(path: string, { replace = false } = {}): void {
  if (path === location.pathname + location.search + location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", path);
  window.dispatchEvent(new Event(moved));
}

function subscribe(changed: () => void): () => void {
  for (const event of ["popstate", moved]) window.addEventListener(event, changed);
  return () => {
    for (const event of ["popstate", moved]) window.removeEventListener(event, changed);
  };
}

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  return useMemo(() => match(path), [path]);
}

/** What stands after the question mark, and a way to change it: filters live there. Null or "" takes a key out. */
export function useSearch(): [URLSearchParams, (change: Record<string, string | null>) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const params = useMemo(() => new URLSearchParams(search), [search]);
  return [params, changeSearch];
}

function changeSearch(change: Record<string, string | null>): void {
  const params = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(change)) value ? params.set(key, value) : params.delete(key);
  const text = params.toString();
  go(location.pathname + (text && `?${text}`), { replace: true });
}
