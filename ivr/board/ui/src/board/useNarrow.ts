import { useSyncExternalStore } from "react";

/** No room for a board: a phone, or 400 % zoom. */
const narrow = matchMedia("(max-width: 599px)");
/** Room for a board, but not for all beside it: a tablet, or 200 % zoom. */
const compact = matchMedia("(max-width: 1000px)");

function useMatch(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => query.matches,
  );
}

/** Whether the flow is shown as a list to read, for want of room. */
export const useNarrow = (): boolean => useMatch(narrow);

/** Whether the menu lies over the board while it is open, and is folded otherwise. */
export const useCompact = (): boolean => useMatch(compact);
