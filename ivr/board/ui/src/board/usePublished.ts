import { useEffect } from "react";
import { useLoad } from "../api/useLoad";
import { useDesk } from "../model/desk";
import { published } from "../model/published";
import { useBoardStore } from "../model/useBoard";

/**
 * The number of the live version: null before the first, undefined until it is known. Its document goes to the board, whose
 * blocks tell what has changed since. Both are asked for again after the publish dialog.
 */
export function usePublished(flow: string): number | null | undefined {
  const board = useBoardStore();
  const publishing = useDesk((desk) => desk.dialog === "publish");
  const { data: rows } = useLoad(publishing ? null : "/api/flows/{id}/revisions", { path: { id: flow } });
  const revision = rows && (rows.find((row) => row.live)?.number ?? null);
  const { data: document } = useLoad(revision ? "/api/flows/{id}/revisions/{number}" : null, {
    path: { id: flow, number: revision ?? 0 },
  });
  useEffect(() => {
    if (revision && document) board.setState({ published: published(revision, document) });
    else if (revision === null) board.setState({ published: null });
  }, [board, revision, document]);
  return revision;
}
