import { create } from "zustand";

const useSaid = create<{ text: string; turn: number }>(() => ({ text: "", turn: 0 }));

/** Say something to those who hear the page: moves, connections, steps of a call. */
export function announce(text: string): void {
  useSaid.setState((before) => ({ text, turn: before.turn + 1 }));
}

/** The one place where it is said. The same words twice in a row are said twice. */
export function Announcer() {
  const { text, turn } = useSaid();
  return (
    <div role="status" aria-live="polite" className="hidden">
      {turn % 2 ? text : `${text}\u00a0`}
    </div>
  );
}
