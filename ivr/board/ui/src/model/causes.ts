import { useEffect } from "react";
import { loadBootstrap, useBootstrap } from "./bootstrap";

/** Why a web call failed, in the server's few words; the cause itself, when the server has none for it. */
export function worded(cause: string): string {
  const words = useBootstrap.getState().bootstrap?.causes ?? {};
  return Object.hasOwn(words, cause) ? words[cause]! : cause;
}

/** Ask for the words, and draw again when they have come: for screens that open without a flow. */
export function useCauses(): void {
  useBootstrap((state) => state.bootstrap?.causes);
  useEffect(() => void loadBootstrap(), []);
}
