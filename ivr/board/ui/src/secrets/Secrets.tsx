import type { SecretRow } from "../model/types";
import "../styles/lists.css";
import { KeyRound, MoreHorizontal, Plus, RotateCcwKey, Trash2 } from "lucide-react";
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
import { when } from "../model/when";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { SecretDialog } from "./SecretDialog";

type Asked = { what: "set" | "remove"; row: SecretRow } | { what: "set"; row: null };

/** Values that flows use by name. They go in, and are never shown again. */
export default function Secrets() {
  const readOnly = useReadOnly("admin");
  const secrets = useLoad("/api/secrets");
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const rows = secrets.data;
  const add = (
    <Button kind="primary" icon={Plus} onClick={() => setAsked({ what: "set", row: null })}>
      Add secret
    </Button>
  );

  return (
    <Page title="Secrets" actions={rows && rows.length > 0 && !readOnly && add}>
      <div className="things stack">
        {secrets.loading && !rows && <Loading />}
        {secrets.problem && <ProblemStrip problem={secrets.problem} retry={secrets.reload} />}
        {rows?.length === 0 && (
          <Empty icon={KeyRound} text="No secrets yet. A secret is kept encrypted, and flows use it by its name.">
            {!readOnly && add}
          </Empty>
        )}
        {rows && rows.length > 0 && (
          <>
            <p className="lead">A value is never shown again once it is stored, and goes to its hosts alone.</p>
            <div className="card wide-table">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Sent to</th>
                    <th scope="col">Used by</th>
                    <th scope="col">Changed</th>
                    <th scope="col">
                      <span className="hidden">More</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row key={row.name} row={row} onAsk={readOnly ? undefined : (what) => setAsked({ what, row })} />
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </div>
      {asked?.what === "set" && (
        <SecretDialog row={asked.row} taken={rows?.map((row) => row.name) ?? []} onClose={close} onDone={secrets.reload} />
      )}
      {asked?.what === "remove" && asked.row && <Remove row={asked.row} onClose={close} onDone={secrets.reload} />}
    </Page>
  );
}

function Row({ row, onAsk }: { row: SecretRow; onAsk?: (what: "set" | "remove") => void }) {
  const label = `More for ${row.name}`;
  return (
    <tr>
      <th scope="row">
        {row.name}
        <small className="mono">$SECRET.{row.name}</small>
      </th>
      <td>
        <span className="many">
          {row.hosts.map((host) => (
            <span key={host} className="chip">
              {host}
            </span>
          ))}
        </span>
      </td>
      <td>
        <span className="many">
          {row.used_by.length
            ? row.used_by.map((id) => (
                <Link key={id} to={to.flow(id)}>
                  {id}
                </Link>
              ))
            : "No flow"}
        </span>
      </td>
      <td className="tight">{when(row.updated_at)}</td>
      <td className="number">
        {onAsk && (
          <Menu
            label={label}
            align="end"
            items={[
              { label: "Replace…", icon: RotateCcwKey, run: () => onAsk("set") },
              "line",
              { label: "Delete…", icon: Trash2, danger: true, run: () => onAsk("remove") },
            ]}
            button={(trigger) => <IconButton {...trigger} icon={MoreHorizontal} label={label} />}
          />
        )}
      </td>
    </tr>
  );
}

function Remove({ row, onClose, onDone }: { row: SecretRow; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={`Delete the secret “${row.name}”?`}
      text="Its value can't be got back."
      action="Delete secret"
      danger
      run={async () => {
        await api.remove("/api/secrets/{name}", { path: { name: row.name } });
        announce(`The secret ${row.name} was deleted`);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
