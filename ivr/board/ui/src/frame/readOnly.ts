import { useEffect } from "react";
import { type Role, useMay } from "../api/session";
import { loadBootstrap, useBootstrap } from "../model/bootstrap";

/** Whether there is only something to look at: for everyone on such a board, and for whoever's role is not enough. */
export function useReadOnly(least: Role): boolean {
  useEffect(() => void loadBootstrap(), []);
  const may = useMay(least);
  return useBootstrap((state) => state.bootstrap?.read_only ?? false) || !may;
}
