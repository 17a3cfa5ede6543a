import { Headphones, Trash2, X } from "lucide-react";
import { Fragment, useState } from "react";
import { IconButton } from "../kit/Button";
import { lengthOf } from "../model/clips";
import type { ClipRow } from "../model/types";
import { bytes, when } from "../model/when";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { Player } from "../panel/Player";
import { audio as t } from "../words/en/audio";
import { common } from "../words/en/common";
import { fill } from "../words/fill";

/** The library: one clip can be listened to at a time. */
export function ClipTable({ rows, onRemove }: { rows: readonly ClipRow[]; onRemove?: (row: ClipRow) => void }) {
  const [heard, setHeard] = useState<string | null>(null);
  return (
    <div className="card wide-table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{common.name}</th>
            <th scope="col">{common.length}</th>
            <th scope="col">{common.usedBy}</th>
            <th scope="col">{common.added}</th>
            <th scope="col">
              <span className="hidden">{t.listenDelete}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.name}>
              <Row
                row={row}
                heard={heard === row.name}
                onHear={() => setHeard(heard === row.name ? null : row.name)}
                onRemove={onRemove}
              />
              {heard === row.name && (
                <tr className="listening">
                  <td colSpan={5}>
                    <Player name={row.name} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Props {
  row: ClipRow;
  heard: boolean;
  onHear: () => void;
  onRemove?: (row: ClipRow) => void;
}

function Row({ row, heard, onHear, onRemove }: Props) {
  const flows = [...new Set(row.used_by.map((use) => use.flow))];
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td className="tight">
        {lengthOf(row.seconds)}
        <small>{bytes(row.size)}</small>
      </td>
      <td>
        <span className="many">
          {flows.length
            ? flows.map((id) => (
                <Link key={id} to={to.flow(id)}>
                  {id}
                </Link>
              ))
            : common.noFlow}
        </span>
      </td>
      <td className="tight">{row.shipped ? <span className="chip">{t.comesWithUs}</span> : when(row.created_at)}</td>
      <td className="number">
        <IconButton
          icon={heard ? X : Headphones}
          label={heard ? fill(t.close, { name: row.name }) : fill(common.listenTo, { name: row.name })}
          aria-expanded={heard}
          onClick={onHear}
        />
        {onRemove && !row.shipped && (
          <IconButton icon={Trash2} label={fill(t.delete, { name: row.name })} onClick={() => onRemove(row)} />
        )}
      </td>
    </tr>
  );
}
