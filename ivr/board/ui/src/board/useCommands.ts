import {
  Keyboard,
  type LucideIcon,
  Maximize,
  PhoneCall,
  Redo2,
  Rocket,
  Settings,
  StickyNote,
  Undo2,
  WandSparkles,
} from "lucide-react";
import { useMemo } from "react";
import { openSettings, useDesk } from "../model/desk";
import { useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { overlays } from "../words/en/overlays";
import { addNote } from "./notes";
import { useTidy } from "./useTidy";
import { useView } from "./useView";

export interface Command {
  label: string;
  icon: LucideIcon;
  keys?: string;
  run: () => void;
}

/** What can be done by name. */
export function useCommands(): Command[] {
  const board = useBoardStore();
  const view = useView();
  const tidyUp = useTidy();
  return useMemo(() => {
    const looking: Command[] = [
      { label: t.fitTheFlow, icon: Maximize, keys: "Shift 1", run: () => view.fit() },
      { label: common.testCall, icon: PhoneCall, keys: "T", run: () => useDesk.setState({ phone: true }) },
      { label: overlays.showAllKeys, icon: Keyboard, keys: "?", run: () => useDesk.setState({ dialog: "keys" }) },
    ];
    if (board.getState().readOnly) return looking;
    return [
      { label: t.tidyUp, icon: WandSparkles, keys: "Shift T", run: tidyUp },
      { label: overlays.addANote, icon: StickyNote, keys: "N", run: () => addNote(board, view.middle()) },
      { label: t.undo, icon: Undo2, keys: "Ctrl Z", run: () => board.getState().undo() },
      { label: t.redo, icon: Redo2, keys: "Ctrl Y", run: () => board.getState().redo() },
      { label: t.settingsOfTheFlow, icon: Settings, run: () => openSettings(board.getState().select) },
      { label: common.publish, icon: Rocket, keys: "Ctrl Enter", run: () => useDesk.setState({ dialog: "publish" }) },
      ...looking,
    ];
  }, [board, view, tidyUp]);
}
