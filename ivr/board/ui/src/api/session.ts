import { create } from "zustand";
import { go, safeNext, to } from "../nav/routes";
import { api } from "./client";
import type { Schemas } from "./contract";
import { asProblem, type Problem } from "./problem";

/** Each may do what those before it may. */
export const roles = ["viewer", "editor", "publisher", "admin"] as const;
export type Role = (typeof roles)[number];

/** Who is here. */
type Session = Schemas["Session"];

interface SessionStore {
  session: Session | null;
  /** Why the session is unknown: the address is not allowed, or the server was not reached. */
  problem: Problem | null;
  /** Whether the server has been asked at all. */
  asked: boolean;
}

export const useSession = create<SessionStore>(() => ({ session: null, problem: null, asked: false }));

/** Ask who is here; go to the sign-in page when a password is needed. */
export async function loadSession(): Promise<void> {
  try {
    keep(await api.get("/api/session"));
  } catch (error) {
    useSession.setState({ problem: asProblem(error), asked: true });
  }
}

function keep(session: Session): void {
  api.csrf = session.csrf;
  useSession.setState({ session, problem: null, asked: true });
  const outside = session.user === null;
  const here = location.pathname + location.search;
  if (outside && location.pathname !== "/login") go(to.login(here), { replace: true });
  if (!outside && location.pathname === "/login") go(safeNext(location.search), { replace: true });
}

/** Sign in, and go on where one wanted to. Throws a Problem: 401 for a wrong name or password, 429 for too many of them. */
export async function signIn(user: string, password: string): Promise<void> {
  api.csrf = (await api.get("/api/session")).csrf; // the page may have been open for days
  keep(await api.post("/api/session", { body: { user, password }, stay: true }));
}

/** Sign out. Throws a Problem when the server does not know of it. */
export async function signOut(): Promise<void> {
  await api.remove("/api/session", { stay: true });
  await loadSession();
}

/** Whether the current user may do what needs this role. */
export function may(least: Role, session: Session | null = useSession.getState().session): boolean {
  return session?.role != null && roles.indexOf(session.role) >= roles.indexOf(least);
}

/** The same, drawn again when another user signs in. */
export function useMay(least: Role): boolean {
  return useSession((state) => may(least, state.session));
}
