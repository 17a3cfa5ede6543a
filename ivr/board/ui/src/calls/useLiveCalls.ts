import { useEffect, useRef } from "react";
import { live } from "../api/live";
import type { CallRow } from "../model/calls";

interface LiveEvent {
  seq: number;
  kind: "call" | "flow" | "reset";
  call?: CallRow;
}

/** Told of each call as it changes, and to look at everything again when more has changed than is known. */
export function useLiveCalls(onCall: (call: CallRow) => void, onReset: () => void): void {
  const handlers = useRef({ onCall, onReset });
  handlers.current = { onCall, onReset };
  useEffect(() => {
    const line = live<LiveEvent>("/api/live", {
      onEvent: ({ kind, call }) => {
        if (kind === "call" && call) handlers.current.onCall(call);
        if (kind === "reset") handlers.current.onReset();
      },
    });
    return () => line.close();
  }, []);
}
