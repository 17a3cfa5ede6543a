import {
  ClipboardPaste,
  Copy,
  CopyPlus,
  Link2,
  Pencil,
  PhoneCall,
  Plus,
  Power,
  PowerOff,
  Replace,
  StickyNote,
  TextSelect,
  Trash2,
  WandSparkles,
} from "lucide-react";
import { MenuAt, type MenuEntry } from "../kit/Menu";
import { duplicate } from "../model/clipboard";
import { useDesk } from "../model/desk";
import { switching } from "../model/disabled";
import type { BoardStore } from "../model/store";
import { useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { overlays } from "../words/en/overlays";
import { counted, fill } from "../words/fill";
import { addNote } from "./notes";
import { type Clicked, focusBlock, useOverlay } from "./overlay";
import { canPaste, pasteHere } from "./paste";
import { useTidy } from "./useTidy";

const close = () => useOverlay.setState({ clicked: null });

/** Copies as the keys do, also where the page may not use the clipboard by itself. */
export function copySelection(): void {
  document.execCommand("copy");
}

function ofBlock(board: BoardStore, number: number, at: { x: number; y: number }): MenuEntry[] {
  const { selection } = board.getState();
  const numbers = selection.includes(number) ? selection : [number];
  const blocks = counted(common.countedBlocks, numbers.length);
  const select = () => board.getState().select(numbers);
  const one = numbers.length === 1;
  return [
    { label: overlays.rename, icon: Pencil, hint: "F2", disabled: !one, run: () => useOverlay.setState({ renaming: number }) },
    {
      label: overlays.connect,
      icon: Link2,
      hint: "C",
      disabled: !one,
      run: () => useOverlay.setState({ picking: { kind: "connect", number, at } }),
    },
    {
      label: overlays.replaceWith,
      icon: Replace,
      disabled: !one,
      run: () => useOverlay.setState({ picking: { kind: "replace", number, at } }),
    },
    { label: overlays.testFromHere, icon: PhoneCall, disabled: !one, run: () => testFrom(board, number) },
    "line",
    {
      label: one ? t.copy : fill(overlays.copyBlocks, { blocks }),
      icon: Copy,
      hint: "Ctrl C",
      run: () => (select(), copySelection()),
    },
    {
      label: one ? common.duplicate : fill(overlays.duplicateBlocks, { blocks }),
      icon: CopyPlus,
      hint: "Ctrl D",
      run: () => duplicate(board, numbers),
    },
    switchOf(board, numbers),
    "line",
    {
      label: one ? common.deleteIt : fill(overlays.deleteBlocks, { blocks }),
      icon: Trash2,
      hint: "Del",
      danger: true,
      run: () => board.getState().remove(numbers),
    },
  ];
}

/** The test call is at hand, and would start at this block. */
function testFrom(board: BoardStore, number: number): void {
  board.getState().select(null);
  useDesk.setState({ phone: true, settings: false, from: number });
}

/** Calls pass disabled blocks by; those at which they start or end they can't. */
function switchOf(board: BoardStore, numbers: readonly number[]): MenuEntry {
  const found = switching(board.getState().derived(), numbers);
  if (!found) return { label: common.disable, icon: PowerOff, hint: overlays.callsCantPassItBy, disabled: true, run: () => {} };
  const blocks = counted(common.countedBlocks, found.numbers.length);
  const [one, many] = found.disable ? [common.disable, overlays.disableBlocks] : [common.enable, overlays.enableBlocks];
  return {
    label: numbers.length > 1 ? fill(many, { blocks }) : one,
    icon: found.disable ? PowerOff : Power,
    run: () => board.getState().setDisabled(found.numbers, found.disable),
  };
}

function ofWire(board: BoardStore, clicked: Extract<Clicked, { kind: "wire" }>, place: [number, number] | null): MenuEntry[] {
  const found = board.getState().derived().byId.get(clicked.id);
  if (!found) return [];
  return [
    {
      label: t.insertABlock,
      icon: Plus,
      run: () => useOverlay.setState({ picking: { kind: "add", wire: clicked.id, at: clicked.at, place: place ?? undefined } }),
    },
    {
      label: common.deleteIt,
      icon: Trash2,
      hint: "Del",
      danger: true,
      run: () => board.getState().connect(found.from, found.port, null),
    },
  ];
}

/** What a right click, or the Menu key, offers. */
export function ContextMenu() {
  const clicked = useOverlay((overlay) => overlay.clicked);
  const board = useBoardStore();
  const tidyUp = useTidy();
  if (!clicked || board.getState().readOnly) return null;

  function items(): MenuEntry[] {
    if (clicked?.kind === "block") return ofBlock(board, clicked.number, clicked.at);
    if (clicked?.kind === "wire") return ofWire(board, clicked, middle(board, clicked.id));
    const { place, at } = clicked!;
    const all = board.getState().flow.blocks.map((block) => block.number);
    return [
      {
        label: overlays.addAnAction,
        icon: Plus,
        hint: "A",
        run: () => useOverlay.setState({ picking: { kind: "add", at, place } }),
      },
      { label: overlays.addANote, icon: StickyNote, hint: "N", run: () => addNote(board, place) },
      "line",
      { label: t.tidyUp, icon: WandSparkles, hint: "Shift T", run: tidyUp },
      {
        label: overlays.selectAll,
        icon: TextSelect,
        hint: "Ctrl A",
        run: () => (board.getState().select(all), focusBlock(all[0] ?? 0)),
      },
      {
        label: overlays.paste,
        icon: ClipboardPaste,
        hint: canPaste() ? "Ctrl V" : overlays.pressCtrlV,
        run: () => void pasteHere(board, place),
      },
    ];
  }

  return <MenuAt label={overlays.whatToDo} items={items()} at={clicked.at} onClose={close} />;
}

/** The middle of a wire, where a block goes that is put into it. */
function middle(board: BoardStore, id: string): [number, number] | null {
  const { derived, places } = board.getState();
  const found = derived().byId.get(id);
  const [from, to] = [places[found?.from ?? 0], places[found?.to ?? 0]];
  return from && to ? [(from[0] + 248 + to[0]) / 2, (from[1] + to[1]) / 2 + 48] : null;
}
