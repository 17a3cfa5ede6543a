import type { FlowRow, NumberRow } from "../model/types";
import { common } from "../words/en/common";
import { numbers as t } from "../words/en/numbers";
import { fill } from "../words/fill";
import "../styles/lists.css";
import { ArrowLeftRight, Hash, MoreHorizontal, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "../api/client";
import { useLoad } from "../api/useLoad";
import { Page } from "../frame/Page";
import { useReadOnly } from "../frame/readOnly";
import { announce } from "../kit/announce";
import { Button, IconButton } from "../kit/Button";
import { Confirm } from "../kit/Confirm";
import { Empty, Loading } from "../kit/Empty";
import { Menu } from "../kit/Menu";
import { ProblemStrip } from "../kit/Strip";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { AssignDialog } from "./AssignDialog";
import { doubt } from "./rows";

type Asked = { what: "assign" | "remove"; row: NumberRow } | { what: "assign"; row: null };

/** Which flow answers which number. */
export default function Numbers() {
  const readOnly = useReadOnly("publisher");
  const numbers = useLoad("/api/numbers");
  const flows = useLoad("/api/flows");
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const rows = numbers.data;
  const add = (
    <Button kind="primary" icon={Plus} onClick={() => setAsked({ what: "assign", row: null })}>
      {t.addNumber}
    </Button>
  );

  return (
    <Page title={common.numbers} actions={rows && rows.length > 0 && !readOnly && add}>
      <div className="things stack">
        {numbers.loading && !rows && <Loading />}
        {numbers.problem && <ProblemStrip problem={numbers.problem} retry={numbers.reload} />}
        {rows?.length === 0 && (
          <Empty icon={Hash} text={t.noNumbersYetANumber}>
            {!readOnly && add}
          </Empty>
        )}
        {rows && rows.length > 0 && (
          <div className="card wide-table">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{common.number}</th>
                  <th scope="col">{t.answeredBy}</th>
                  <th scope="col">
                    <span className="hidden">{common.more}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row
                    key={row.number}
                    row={row}
                    flow={flows.data?.find((one) => one.id === row.flow)}
                    onAsk={readOnly ? undefined : (what) => setAsked({ what, row })}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      {asked?.what === "assign" && flows.data && (
        <AssignDialog row={asked.row} rows={rows ?? []} flows={flows.data} onClose={close} onDone={numbers.reload} />
      )}
      {asked?.what === "remove" && asked.row && <Remove row={asked.row} onClose={close} onDone={numbers.reload} />}
    </Page>
  );
}

function Row({ row, flow, onAsk }: { row: NumberRow; flow: FlowRow | undefined; onAsk?: (what: "assign" | "remove") => void }) {
  const label = fill(t.moreFor, { number: row.number });
  const unsure = flow && doubt(flow);
  return (
    <tr>
      <th scope="row">{row.number}</th>
      <td>
        {row.flow ? <Link to={to.flow(row.flow)}>{row.flow_name || row.flow}</Link> : common.noFlow}
        {unsure && <small className="warn">{unsure}</small>}
      </td>
      <td className="number">
        {onAsk && (
          <Menu
            label={label}
            align="end"
            items={[
              { label: t.anotherFlow, icon: ArrowLeftRight, run: () => onAsk("assign") },
              "line",
              { label: common.removeAsking, icon: Trash2, danger: true, run: () => onAsk("remove") },
            ]}
            button={(trigger) => <IconButton {...trigger} icon={MoreHorizontal} label={label} />}
          />
        )}
      </td>
    </tr>
  );
}

function Remove({ row, onClose, onDone }: { row: NumberRow; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={fill(t.remove, { number: row.number })}
      text={t.noFlowAnswersItAny}
      action={t.removeNumber}
      danger
      run={async () => {
        await api.remove("/api/numbers/{number}", { path: { number: row.number } });
        announce(fill(t.wasRemoved, { number: row.number }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
