import { type FormEvent, useId, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { type Role, roles } from "../api/session";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { focusWrong } from "../kit/focusWrong";
import { Strip } from "../kit/Strip";
import { common } from "../words/en/common";
import { people as t } from "../words/en/people";
import { fill } from "../words/fill";
import { does, type UserRow, wrongPassword, wrongUser } from "./rows";

interface Props {
  /** What is asked for: a new user, or another role or password of one. */
  what: "add" | "role" | "password";
  row: UserRow | null;
  taken: string[];
  onClose: () => void;
  onDone: () => void;
}

const dones = { add: t.wasAdded, role: t.hasAnotherRole, password: t.hasAnotherPassword };
const titles = { add: t.addAUser, role: t.anotherRole, password: t.anotherPassword };

export function UserDialog({ what, row, taken, onClose, onDone }: Props) {
  const form = useId();
  const [name, setName] = useState(row?.name ?? "");
  const [role, setRole] = useState<Role>(row?.role ?? (taken.length ? "viewer" : "admin"));
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const badName = what === "add" ? wrongUser(name, taken) : "";
  const badPassword = what === "role" ? "" : wrongPassword(password);

  function done(): Promise<unknown> {
    const path = { name };
    if (what === "add") return api.post("/api/users/{name}", { path, body: { role, password } });
    if (what === "role") return api.put("/api/users/{name}/role", { path, body: { role } });
    return api.put("/api/users/{name}/password", { path, body: { password } });
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (badName || badPassword) return focusWrong();
    setBusy(true);
    try {
      await done();
      announce(fill(dones[what], { name }));
      onDone();
      onClose();
    } catch (error) {
      setProblem(asProblem(error).message);
      setBusy(false);
    }
  }

  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={busy}>
        {what === "add" ? t.addUser : t.save}
      </Button>
    </>
  );
  return (
    <Dialog title={row ? fill(t.for, { title: titles[what], name: row.name }) : titles[what]} onClose={onClose} footer={footer}>
      <form id={form} className="stack" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
        {problem && <Strip kind="bad" text={problem} />}
        {what === "add" && (
          <Field label={common.name} required error={tried && badName}>
            {(control) => (
              <input
                {...control}
                data-first
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={64}
                value={name}
                onChange={(event) => setName(event.target.value.trim())}
              />
            )}
          </Field>
        )}
        {what !== "password" && (
          <Field label={t.role} help={does[role]}>
            {(control) => (
              <select {...control} value={role} onChange={(event) => setRole(event.target.value as Role)}>
                {roles.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        {what !== "role" && <Password value={password} error={tried && badPassword} onChange={setPassword} />}
      </form>
    </Dialog>
  );
}

function Password({ value, error, onChange }: { value: string; error: string | false; onChange: (value: string) => void }) {
  return (
    <Field label={common.password} required error={error} help={t.passwordRules}>
      {(control) => (
        <input
          {...control}
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
