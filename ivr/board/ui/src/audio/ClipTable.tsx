import { Headphones, Trash2, X } from "lucide-react";
import { Fragment, useState } from "react";
import { IconButton } from "../kit/Button";
import { lengthOf } from "../model/clips";
import type { ClipRow } from "../model/types";
import { bytes, when } from "../model/when";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { Player } from "../panel/Player";

/** The library: one clip can be listened to at a time. */
export function ClipTable({ rows, onRemove }: { rows: readonly ClipRow[]; onRemove?: (row: ClipRow) => void }) {
  const [heard, setHeard] = useState<string | null>(null);
  return (
    <div className="card wide-table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Length</th>
            <th scope="col">Used by</th>
            <th scope="col">Added</th>
            <th scope="col">
              <span className="hidden">Listen, delete</span>
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
            : "No flow"}
        </span>
      </td>
      <td className="tight">{row.shipped ? <span className="chip">Comes with us</span> : when(row.created_at)}</td>
      <td className="number">
        <IconButton
          icon={heard ? X : Headphones}
          label={heard ? `Close ${row.name}` : `Listen to ${row.name}`}
          aria-expanded={heard}
          onClick={onHear}
        />
        {onRemove && !row.shipped && <IconButton icon={Trash2} label={`Delete ${row.name}`} onClick={() => onRemove(row)} />}
      </td>
    </tr>
  );
}
