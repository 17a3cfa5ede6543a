import { useSession } from "../api/session";

/** The test call of a tab, kept so that a page which is loaded anew finds it again. Of one user: the next one who signs in there
 * does not take it up. */
export interface KeptCall {
  id: string;
  which: "draft" | "live";
  caller: string;
  /** The block it started at; 0: where calls start. */
  start: number;
  /** When it began, by the clock of this browser. */
  began: number;
}

const place = (flow: string) => `ivr.test-call.${useSession.getState().session?.user ?? ""}.${flow}`;

/** The test call of a flow that was under way when this page was left; null when there was none. */
export function keptCall(flow: string): KeptCall | null {
  try {
    const read = JSON.parse(sessionStorage.getItem(place(flow)) ?? "null") as Partial<KeptCall> | null;
    if (typeof read?.id !== "string") return null;
    const { id, which, caller, start, began } = read;
    return {
      id,
      which: which === "live" ? which : "draft",
      caller: caller ?? "",
      start: start ?? 0,
      began: began ?? Date.now(),
    };
  } catch {
    return null;
  }
}

/** Null: there is none any more. */
export function keepCall(flow: string, call: KeptCall | null): void {
  try {
    if (call) sessionStorage.setItem(place(flow), JSON.stringify(call));
    else sessionStorage.removeItem(place(flow));
  } catch {
    // a browser that keeps nothing: the server hangs up when the page does not come back
  }
}
