import { Copy, Download, History, MoreHorizontal, PenLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { asProblem } from "../api/problem";
import { useMay } from "../api/session";
import { announce } from "../kit/announce";
import { IconButton } from "../kit/Button";
import { PathIcon } from "../kit/Icon";
import { Menu, type MenuEntry } from "../kit/Menu";
import { Strip } from "../kit/Strip";
import { useAction } from "../model/bootstrap";
import type { FlowRow } from "../model/types";
import { when } from "../model/when";
import { Link } from "../nav/Link";
import { go, to } from "../nav/routes";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { counted, fill, number } from "../words/fill";
import { DeleteFlow } from "./DeleteFlow";
import { callsToday, download, duplicate } from "./rows";

interface Props {
  rows: readonly FlowRow[];
  readOnly: boolean;
  reload: () => void;
}

export function FlowTable({ rows, readOnly, reload }: Props) {
  const deletes = useMay("publisher");
  const [going, setGoing] = useState<FlowRow | null>(null);
  const [problem, setProblem] = useState("");

  function attempt(work: Promise<unknown>) {
    setProblem("");
    work.catch((error: unknown) => setProblem(asProblem(error).message));
  }

  const copied = (row: FlowRow) => async () => {
    const id = await duplicate(row);
    announce(fill(t.wasDuplicated, { name: row.name }));
    go(to.flow(id));
  };
  const items = (row: FlowRow): MenuEntry[] => [
    { label: t.open, icon: PenLine, run: () => go(to.flow(row.id)) },
    { label: common.versions, icon: History, run: () => go(to.versions(row.id)) },
    { label: t.export, icon: Download, run: () => attempt(download(row)) },
    ...(readOnly
      ? []
      : ([
          { label: common.duplicate, icon: Copy, run: () => attempt(copied(row)()) },
          ...(deletes
            ? (["line", { label: common.deleteAsking, icon: Trash2, danger: true, run: () => setGoing(row) }] as const)
            : []),
        ] satisfies MenuEntry[])),
  ];

  return (
    <>
      {problem && <Strip kind="bad" text={problem} />}
      <div className="card wide-table">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common.flow}</th>
              <th scope="col">{common.numbers}</th>
              <th scope="col">{t.state}</th>
              <th scope="col" className="number" title={t.sinceMidnightUtc}>
                {t.callsToday}
              </th>
              <th scope="col">{common.changed}</th>
              <th scope="col">
                <span className="hidden">{common.more}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} items={items(row)} />
            ))}
          </tbody>
        </table>
      </div>
      {going && <DeleteFlow row={going} onClose={() => setGoing(null)} onDone={reload} />}
    </>
  );
}

function Row({ row, items }: { row: FlowRow; items: MenuEntry[] }) {
  return (
    <tr>
      <th scope="row">
        <span className="flow-name">
          <Trigger type={row.triggers[0] ?? ""} />
          <span>
            <Link to={to.flow(row.id)}>{row.name}</Link>
            {row.description && <small>{row.description}</small>}
          </span>
        </span>
      </th>
      <td className="numbers-cell">
        {row.numbers.length ? row.numbers.map((number) => <span key={number}>{number}</span>) : "—"}
      </td>
      <td>
        <State row={row} />
      </td>
      <td className="number calls-today">
        {row.calls_today > 0 ? (
          <Link
            to={callsToday(row.id)}
            data-unit={row.calls_today === 1 ? t.callTodayUnit : t.callsTodayUnit}
            aria-label={counted(t.callsTodayTo, row.calls_today, { name: row.name })}
          >
            {number(row.calls_today)}
          </Link>
        ) : (
          "—"
        )}
      </td>
      <td>{when(row.updated_at)}</td>
      <td className="number more">
        <Menu
          label={fill(common.moreFor, { name: row.name })}
          items={items}
          align="end"
          button={(trigger) => (
            <IconButton {...trigger} icon={MoreHorizontal} label={fill(common.moreFor, { name: row.name })} />
          )}
        />
      </td>
    </tr>
  );
}

function Trigger({ type }: { type: string }) {
  const action = useAction(type);
  return (
    <span className="trigger" title={action?.title}>
      <PathIcon d={action?.icon} />
    </span>
  );
}

function State({ row }: { row: FlowRow }) {
  return (
    <span className="state">
      <span className={`chip ${row.revision === null ? "" : "ok"}`}>
        {row.revision === null ? common.draft : fill(t.liveV, { revision: row.revision })}
      </span>
      {row.changed && <span className="chip accent">{t.changes}</span>}
      {row.errors > 0 && <span className="chip bad">{counted(t.errors, row.errors)}</span>}
      {row.errors === 0 && row.warnings > 0 && <span className="chip warn">{counted(t.warnings, row.warnings)}</span>}
    </span>
  );
}
