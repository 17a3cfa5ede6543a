import { createContext, type FunctionComponent, useContext } from "react";
import type { Value } from "../model/types";

export interface RowProps {
  path: string;
  row: Record<string, Value>;
}

/** What an action's own tools say below a row, such as what a response variable would take from the last answer. */
export const RowNotes = createContext<FunctionComponent<RowProps> | null>(null);

export function Below(props: RowProps) {
  const Note = useContext(RowNotes);
  return Note ? <Note {...props} /> : null;
}
