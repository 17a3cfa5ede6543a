import { KeyRound, MoreHorizontal, Plus, Trash2, UserCog } from "lucide-react";
import { useState } from "react";
import { api } from "../api/client";
import { loadSession, useSession } from "../api/session";
import { useLoad } from "../api/useLoad";
import { announce } from "../kit/announce";
import { Button, IconButton } from "../kit/Button";
import { Confirm } from "../kit/Confirm";
import { Menu } from "../kit/Menu";
import { ProblemStrip } from "../kit/Strip";
import { when } from "../model/when";
import { common } from "../words/en/common";
import { people as t } from "../words/en/people";
import { fill } from "../words/fill";
import type { UserRow } from "./rows";
import { UserDialog } from "./UserDialog";

type Asked = { what: "add"; row: null } | { what: "role" | "password" | "remove"; row: UserRow };

/** Who may open the board: for admins. */
export function Users({ readOnly, onDone }: { readOnly: boolean; onDone: () => void }) {
  const users = useLoad("/api/users");
  const linked = useSession((state) => state.session?.needed === false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const rows = users.data ?? [];

  function done() {
    users.reload();
    onDone();
    void loadSession(); // with the first user, a visitor who came by a link has to sign in
  }

  return (
    <section className="stack" aria-labelledby="users">
      <div className="page-head">
        <h2 id="users">{t.users}</h2>
        {!readOnly && (
          <Button icon={Plus} onClick={() => setAsked({ what: "add", row: null })}>
            {t.addUser}
          </Button>
        )}
      </div>
      {users.problem && <ProblemStrip problem={users.problem} retry={users.reload} />}
      {linked && <p className="lead">{t.thereAreNoUsersYet}</p>}
      {rows.length > 0 && (
        <div className="card wide-table">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{common.name}</th>
                <th scope="col">{t.role}</th>
                <th scope="col">{t.since}</th>
                <th scope="col">
                  <span className="hidden">{common.more}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td>{row.role}</td>
                  <td className="tight">{when(row.created_at)}</td>
                  <td className="number">{!readOnly && <More row={row} onAsk={(what) => setAsked({ what, row })} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked && asked.what !== "remove" && (
        <UserDialog what={asked.what} row={asked.row} taken={rows.map((row) => row.name)} onClose={close} onDone={done} />
      )}
      {asked?.what === "remove" && (
        <Confirm
          title={fill(t.removeTheUser, { name: asked.row.name })}
          text={t.theyAreSignedOutEverywhere}
          action={t.removeUser}
          danger
          run={async () => {
            await api.remove("/api/users/{name}", { path: { name: asked.row.name } });
            announce(fill(t.wasRemoved, { name: asked.row.name }));
            done();
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

function More({ row, onAsk }: { row: UserRow; onAsk: (what: "role" | "password" | "remove") => void }) {
  const label = fill(common.moreFor, { name: row.name });
  return (
    <Menu
      label={label}
      align="end"
      items={[
        { label: t.anotherRoleAsking, icon: UserCog, run: () => onAsk("role") },
        { label: t.anotherPasswordAsking, icon: KeyRound, run: () => onAsk("password") },
        "line",
        { label: common.removeAsking, icon: Trash2, danger: true, run: () => onAsk("remove") },
      ]}
      button={(trigger) => <IconButton {...trigger} icon={MoreHorizontal} label={label} />}
    />
  );
}
