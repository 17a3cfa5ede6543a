import { createContext } from "react";

export type Outline = "added" | "removed" | "changed";

/** Blocks that differ from another version, where two are compared. */
export const Outlines = createContext<ReadonlyMap<number, Outline> | null>(null);
