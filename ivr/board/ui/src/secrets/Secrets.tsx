import type { SecretRow } from "../model/types";
import { common } from "../words/en/common";
import { secrets as t } from "../words/en/secrets";
import { fill } from "../words/fill";
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
      {t.addSecret}
    </Button>
  );

  return (
    <Page title={common.secrets} actions={rows && rows.length > 0 && !readOnly && add}>
      <div className="things stack">
        {secrets.loading && !rows && <Loading />}
        {secrets.problem && <ProblemStrip problem={secrets.problem} retry={secrets.reload} />}
        {rows?.length === 0 && (
          <Empty icon={KeyRound} text={t.noSecretsYetASecret}>
            {!readOnly && add}
          </Empty>
        )}
        {rows && rows.length > 0 && (
          <>
            <p className="lead">{t.aValueIsNeverShown}</p>
            <div className="card wide-table">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{common.name}</th>
                    <th scope="col">{t.sentTo}</th>
                    <th scope="col">{common.usedBy}</th>
                    <th scope="col">{common.changed}</th>
                    <th scope="col">
                      <span className="hidden">{common.more}</span>
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
  const label = fill(common.moreFor, { name: row.name });
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
            : common.noFlow}
        </span>
      </td>
      <td className="tight">{when(row.updated_at)}</td>
      <td className="number">
        {onAsk && (
          <Menu
            label={label}
            align="end"
            items={[
              { label: t.replaceAsking, icon: RotateCcwKey, run: () => onAsk("set") },
              "line",
              { label: common.deleteAsking, icon: Trash2, danger: true, run: () => onAsk("remove") },
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
      title={fill(t.deleteTheSecret, { name: row.name })}
      text={t.itsValueCantBeGot}
      action={t.deleteSecret}
      danger
      run={async () => {
        await api.remove("/api/secrets/{name}", { path: { name: row.name } });
        announce(fill(t.theSecretWasDeleted, { name: row.name }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
