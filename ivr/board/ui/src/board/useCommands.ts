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
      { label: "Fit the flow", icon: Maximize, keys: "Shift 1", run: () => view.fit() },
      { label: "Test call", icon: PhoneCall, keys: "T", run: () => useDesk.setState({ phone: true }) },
      { label: "Show all keys", icon: Keyboard, keys: "?", run: () => useDesk.setState({ dialog: "keys" }) },
    ];
    if (board.getState().readOnly) return looking;
    return [
      { label: "Tidy up", icon: WandSparkles, keys: "Shift T", run: tidyUp },
      { label: "Add a note", icon: StickyNote, keys: "N", run: () => addNote(board, view.middle()) },
      { label: "Undo", icon: Undo2, keys: "Ctrl Z", run: () => board.getState().undo() },
      { label: "Redo", icon: Redo2, keys: "Ctrl Y", run: () => board.getState().redo() },
      { label: "Settings of the flow", icon: Settings, run: () => openSettings(board.getState().select) },
      { label: "Publish", icon: Rocket, keys: "Ctrl Enter", run: () => useDesk.setState({ dialog: "publish" }) },
      ...looking,
    ];
  }, [board, view, tidyUp]);
}
