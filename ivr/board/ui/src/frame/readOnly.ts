import { useEffect } from "react";
import { loadBootstrap, useBootstrap } from "../model/bootstrap";

/** Whether this board is only to look at. */
export function useReadOnly(): boolean {
  useEffect(() => void loadBootstrap(), []);
  return useBootstrap((state) => state.bootstrap?.read_only ?? false);
}
