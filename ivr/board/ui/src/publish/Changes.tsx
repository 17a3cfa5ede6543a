import { ArrowRight, type LucideIcon, Minus, Move, Pencil, Plus, Settings2 } from "lucide-react";
import { Icon } from "../kit/Icon";
import type { Change } from "../model/types";
import { common } from "../words/en/common";
import { publish as t } from "../words/en/publish";

const icons: Record<Change["kind"], LucideIcon> = {
  added: Plus,
  removed: Minus,
  changed: Pencil,
  moved: Move,
  wired: ArrowRight,
  flow: Settings2,
};
const names: Record<Change["kind"], string> = {
  added: common.added,
  removed: t.removed,
  changed: common.changed,
  moved: t.moved,
  wired: t.wired,
  flow: common.theFlow,
};

/** Differences in words. `onChoose` makes those of blocks into buttons. */
export function Changes({ changes, onChoose }: { changes: readonly Change[]; onChoose?: (block: number) => void }) {
  return (
    <ul className="differences">
      {changes.map(({ kind, block, path, words }) => (
        <li key={`${kind} ${block} ${path} ${words}`} className={kind === "wired" ? "changed" : kind}>
          <Icon of={icons[kind]} size={14} label={names[kind]} />
          {onChoose && block > 0 ? (
            <button type="button" onClick={() => onChoose(block)}>
              {words}
            </button>
          ) : (
            <span>{words}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
