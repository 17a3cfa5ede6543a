import { useEffect } from "react";
import { useLoad } from "../api/useLoad";
import { useDesk } from "../model/desk";
import { published } from "../model/published";
import type { FlowDocument } from "../model/types";
import { useBoardStore } from "../model/useBoard";

interface Row {
  number: number;
  live: boolean;
}

/**
 * The number of the live version: null before the first, undefined until it is known. Its document goes to the board, whose
 * blocks tell what has changed since. Both are asked for again after the publish dialog.
 */
export function usePublished(flow: string): number | null | undefined {
  const board = useBoardStore();
  const publishing = useDesk((desk) => desk.dialog === "publish");
  const path = `/api/flows/${encodeURIComponent(flow)}/revisions`;
  const { data: rows } = useLoad<Row[]>(publishing ? null : path);
  const revision = rows && (rows.find((row) => row.live)?.number ?? null);
  const { data: document } = useLoad<FlowDocument>(revision ? `${path}/${revision}` : null);
  useEffect(() => {
    if (revision && document) board.setState({ published: published(revision, document) });
    else if (revision === null) board.setState({ published: null });
  }, [board, revision, document]);
  return revision;
}
