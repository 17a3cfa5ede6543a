import { useEffect, useRef } from "react";
import { live } from "../api/live";
import type { CallRow } from "../model/types";

/** Reports each call as it changes, and asks to load everything again when more has changed than is known. */
export function useLiveCalls(onCall: (call: CallRow) => void, onReset: () => void): void {
  const handlers = useRef({ onCall, onReset });
  handlers.current = { onCall, onReset };
  useEffect(() => {
    const line = live("/api/live", {
      onEvent: ({ kind, call }) => {
        if (kind === "call" && call) handlers.current.onCall(call);
        if (kind === "reset") handlers.current.onReset();
      },
    });
    return () => line.close();
  }, []);
}
