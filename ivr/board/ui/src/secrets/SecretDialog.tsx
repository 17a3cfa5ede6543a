import { type FormEvent, useId, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { focusWrong } from "../kit/focusWrong";
import { Strip } from "../kit/Strip";
import { TextArea } from "../kit/TextArea";
import type { SecretRow } from "../model/types";
import { common } from "../words/en/common";
import { secrets as t } from "../words/en/secrets";
import { fill } from "../words/fill";
import { hostsOf, wrongName } from "./rows";

interface Props {
  /** Null: a new secret. */
  row: SecretRow | null;
  taken: string[];
  onClose: () => void;
  onDone: () => void;
}

/** A secret's value and the hosts it may be sent to. */
export function SecretDialog({ row, taken, onClose, onDone }: Props) {
  const form = useId();
  const [name, setName] = useState(row?.name ?? "");
  const [value, setValue] = useState("");
  const [typed, setTyped] = useState(row?.hosts.join("\n") ?? "");
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const hosts = hostsOf(typed);
  const badName = row ? "" : wrongName(name, taken);

  async function save(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (badName || !value || hosts.length === 0) return focusWrong();
    setBusy(true);
    try {
      await api.put("/api/secrets/{name}", { path: { name }, body: { value, hosts } });
      announce(fill(t.theSecretIsStored, { name }));
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
        {row ? common.replace : t.storeSecret}
      </Button>
    </>
  );
  return (
    <Dialog title={row ? fill(t.replace, { name: row.name }) : t.addASecret} onClose={onClose} footer={footer}>
      <form id={form} className="stack" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        {problem && <Strip kind="bad" text={problem} />}
        {!row && (
          <Field
            label={common.name}
            required
            error={tried && badName}
            help={fill(t.flowsUseItAsSecret, { name: name || "name" })}
          >
            {(control) => (
              <input
                {...control}
                data-first
                maxLength={64}
                autoComplete="off"
                spellCheck={false}
                value={name}
                onChange={(event) => setName(event.target.value.trim())}
              />
            )}
          </Field>
        )}
        <ValueField again={row !== null} missing={tried && !value} value={value} onChange={setValue} />
        <Field label={t.hosts} required error={tried && hosts.length === 0 && t.nameAtLeastOneHost} help={t.itIsSentToThese}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

interface ValueProps {
  /** It takes the place of another. */
  again: boolean;
  missing: boolean;
  value: string;
  onChange: (value: string) => void;
}

function ValueField({ again, missing, value, onChange }: ValueProps) {
  return (
    <Field label={again ? t.newValue : t.value} required error={missing && t.whatIsItsValue} help={t.itIsKeptEncryptedAnd}>
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
