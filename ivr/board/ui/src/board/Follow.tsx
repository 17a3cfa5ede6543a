import { useStore } from "@xyflow/react";
import { LocateFixed } from "lucide-react";
import { useContext, useEffect } from "react";
import { Button } from "../kit/Button";
import { Here, useBoard, useLive } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { useView } from "./useView";

/** The view goes along with the call. Moving the board stops it, until Follow is pressed again. */
export function Follow() {
  const { live } = useContext(Here);
  const view = useView();
  const here = useLive((state) => state.here);
  const follow = useLive((state) => state.follow);
  const active = useLive((state) => state.active);
  const shown = useBoard((state) => state.shown);

  useEffect(() => {
    if (active && follow && here !== null) view.reveal([here]);
  }, [active, follow, here, view]);

  useEffect(() => {
    if (shown.turn) view.reveal(shown.numbers);
  }, [shown, view]);

  // The panel has opened over the selected block: it comes out from under it.
  const width = useStore((state) => state.width);
  const only = useBoard((state) => (state.selection.length === 1 ? state.selection[0] : undefined));
  useEffect(() => {
    if (only !== undefined && width > 0) view.reveal([only]);
  }, [width, view]);

  useEffect(() => {
    const touched = (event: Event) => {
      if ((event.target as Element | null)?.closest?.(".react-flow__pane, .react-flow__node")) live.setState({ follow: false });
    };
    if (!active) return;
    const events = ["wheel", "pointerdown"];
    for (const name of events) window.addEventListener(name, touched, { capture: true, passive: true });
    return () => events.forEach((name) => window.removeEventListener(name, touched, { capture: true }));
  }, [active, live]);

  if (!active || follow || here === null) return null;
  return (
    <Button className="follow" size="small" icon={LocateFixed} onClick={() => live.setState({ follow: true })}>
      {t.follow}
    </Button>
  );
}
