import type { Route } from "../nav/routes";

type Send = (path: string, init: RequestInit) => Promise<Response>;

export interface Ahead {
  /** Ask who is here and, for a board, what it is drawn from: all that a first look waits for. */
  ask(route: Route): void;
  /** Send a request, or take the answer that was asked for ahead: each once, and none from before a change. */
  send: Send;
}

/** Answers on their way before the scripts that read them are here. `send` can be put in the place of `fetch`. */
export function createAhead(send: Send): Ahead {
  /** By their paths. Null: it was not asked for after all. */
  const asked = new Map<string, Promise<Response | null>>();

  function keep(path: string, answer: Promise<Response | null>): void {
    answer.catch(() => {}); // the code that takes it reports the error
    asked.set(path, answer);
  }

  return {
    ask(route) {
      const ask = (path: string) => send(path, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const session = ask("/api/session");
      keep("/api/session", session);
      if (route.name !== "board") return;
      const inside = letsIn(session);
      for (const path of ["/api/bootstrap", `/api/flows/${encodeURIComponent(route.id)}/draft`])
        keep(
          path,
          inside.then((yes) => (yes ? ask(path) : null)),
        );
    },
    async send(path, init) {
      if (init.method !== "GET") asked.clear();
      const answer = asked.get(path);
      asked.delete(path);
      return (await answer) ?? send(path, init);
    },
  };
}

/** Whether the visitor is signed in, without using up the answer that says so. */
async function letsIn(session: Promise<Response>): Promise<boolean> {
  try {
    const { user } = (await (await session).clone().json()) as { user?: string | null };
    return typeof user === "string";
  } catch {
    return false;
  }
}

/** The one that the page uses. */
export const ahead = createAhead((path, init) => fetch(path, init));
