import { History, MoreHorizontal, RotateCcw, Undo2 } from "lucide-react";
import { IconButton } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { Menu } from "../kit/Menu";
import type { Revision } from "../model/types";
import { when } from "../model/when";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { counted, fill } from "../words/fill";
import type { Version } from "./compare";

interface Props {
  rows: readonly Revision[];
  loaded: boolean;
  chosen: Version;
  readOnly: boolean;
  onChoose: (version: Version) => void;
  onAsk: (what: "restore" | "roll-back", version: number) => void;
}

/** The draft, and what was published, the last first. */
export function VersionList({ rows, loaded, chosen, readOnly, onChoose, onAsk }: Props) {
  return (
    <>
      <ul className="version-list" aria-label={common.versions}>
        <li className={`version ${chosen === "draft" ? "chosen" : ""}`}>
          <button type="button" aria-pressed={chosen === "draft"} onClick={() => onChoose("draft")}>
            <span className="line">
              <strong>{common.draft}</strong>
            </span>
            <small>{t.whatTheBoardShowsNo}</small>
          </button>
        </li>
        {rows.map((row) => (
          <li key={row.number} className={`version ${chosen === row.number ? "chosen" : ""}`}>
            <Choice row={row} chosen={chosen === row.number} onChoose={() => onChoose(row.number)} />
            {!readOnly && <More row={row} onAsk={onAsk} />}
          </li>
        ))}
      </ul>
      {loaded && rows.length === 0 && (
        <div className="empty">
          <Icon of={History} size={28} />
          <p>{t.nothingWasPublishedYetEach}</p>
        </div>
      )}
    </>
  );
}

function Choice({ row, chosen, onChoose }: { row: Revision; chosen: boolean; onChoose: () => void }) {
  return (
    <button type="button" aria-pressed={chosen} onClick={onChoose}>
      <span className="line">
        <strong>
          {fill(t.version, { number: row.number })}
          {row.name && ` · ${row.name}`}
        </strong>
        {row.live && <span className="chip ok">{common.live}</span>}
      </span>
      <small>
        {when(row.created_at)}
        {row.author && ` · ${row.author}`} · {row.calls ? counted(common.countedCalls, row.calls) : t.noCalls}
      </small>
      {row.note && <span className="said">{row.note}</span>}
    </button>
  );
}

function More({ row, onAsk }: { row: Revision; onAsk: Props["onAsk"] }) {
  const label = fill(t.moreForVersion, { number: row.number });
  return (
    <Menu
      label={label}
      align="end"
      items={[
        { label: t.restoreAsDraft, icon: Undo2, run: () => onAsk("restore", row.number) },
        {
          label: t.rollBackToThis,
          icon: RotateCcw,
          disabled: row.live,
          hint: row.live ? t.liveAlready : undefined,
          run: () => onAsk("roll-back", row.number),
        },
      ]}
      button={(trigger) => <IconButton {...trigger} icon={MoreHorizontal} label={label} />}
    />
  );
}
