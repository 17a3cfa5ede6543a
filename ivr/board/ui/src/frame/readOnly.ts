import { useEffect } from "react";
import { type Role, useMay } from "../api/session";
import { loadBootstrap, useBootstrap } from "../model/bootstrap";

/** Whether the user can only look: always on a read-only board, and elsewhere when the role is not enough. */
export function useReadOnly(least: Role): boolean {
  useEffect(() => void loadBootstrap(), []);
  const may = useMay(least);
  return useBootstrap((state) => state.bootstrap?.read_only ?? false) || !may;
}
