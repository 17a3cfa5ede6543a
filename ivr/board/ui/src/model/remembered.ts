import { useSession } from "../api/session";
import { hides } from "./needs";
import { board } from "./store";

/** Values for trying a flow, kept in this browser for each user. What must not be seen of them is never kept. */

const place = (flow: string) => `ivr.tried.${useSession.getState().session?.user ?? ""}.${flow}`;

/** Sample values of a flow, as they were last filled in on this browser. */
export function remembered(flow: string): Record<string, string> {
  try {
    forgetOld();
    const read: unknown = JSON.parse(localStorage.getItem(place(flow)) ?? "{}");
    return shown(Object.entries(read ?? {}).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}

export function remember(flow: string, values: Record<string, string>): void {
  try {
    localStorage.setItem(place(flow), JSON.stringify({ ...remembered(flow), ...shown(Object.entries(values)) }));
  } catch {
    // a browser that keeps nothing: they are typed again
  }
}

function shown(values: [string, string][]): Record<string, string> {
  const hidden = hides(board.getState().derived());
  return Object.fromEntries(values.filter(([name]) => !hidden(name)));
}

/** Earlier versions kept hidden values, too, and for whoever came. */
function forgetOld(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith("ivr.test-values.")) localStorage.removeItem(key);
}
