import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 819px)");

/** Whether the flow is shown as a list to read, for want of room. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener("change", changed);
      return () => narrow.removeEventListener("change", changed);
    },
    () => narrow.matches,
  );
}
