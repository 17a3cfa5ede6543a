import { useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { Strip } from "../kit/Strip";
import { TextArea } from "../kit/TextArea";
import { toast } from "../kit/Toast";
import { keptIn, sends } from "../model/curl";
import { remembered } from "../model/remembered";
import { board } from "../model/store";
import type { Config } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { PickOperation } from "./OpenApi";
import { type Scope, useScope } from "./scope";
import { keepSecret } from "./secrets";

/** Put what a command sends into the block: its own settings of the request go, all others stay. */
async function fillIn(scope: Scope, command: string): Promise<readonly string[]> {
  const { fields, notes } = await api.post("/api/curl", { body: { command } });
  const before = scope.now("") as Config;
  scope.set("", sends(before, fields as Config));
  for (const [path, typed] of keptIn(fields as Config)) await keepSecret(scope, path, typed);
  return notes;
}

interface PasteProps {
  /** What was pasted already. */
  start?: string;
  onClose: () => void;
}

/** A curl command in, the block's fields out. What could not be taken over is said, and the dialog stays for reading it. */
export function PasteCurl({ start = "", onClose }: PasteProps) {
  const scope = useScope();
  const [command, setCommand] = useState(start);
  const [error, setError] = useState("");
  const [notes, setNotes] = useState<readonly string[] | null>(null);
  const [busy, setBusy] = useState(false);

  async function go() {
    setBusy(true);
    setError("");
    try {
      const said = await fillIn(scope, command);
      if (said.length) return setNotes(said);
      toast(t.theBlockSendsWhatThe, { kind: "ok" });
      onClose();
    } catch (caught) {
      setError(asProblem(caught).message);
    } finally {
      setBusy(false);
    }
  }

  if (notes) {
    const footer = (
      <Button kind="primary" onClick={onClose}>
        {common.close}
      </Button>
    );
    return (
      <Dialog title={t.theBlockIsFilledIn} onClose={onClose} footer={footer}>
        <div className="stack">
          <p>{t.lookAtTheseBeforeYou}</p>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      </Dialog>
    );
  }
  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" busy={busy} disabled={!command.trim()} onClick={() => void go()}>
        {t.fillTheBlock}
      </Button>
    </>
  );
  return (
    <Dialog title={t.pasteCurl} onClose={onClose} footer={footer} wide>
      <div className="stack">
        <p className="help">{t.theMethodAddressHeadersBody}</p>
        <Field label={t.command}>
          {(control) => (
            <TextArea
              {...control}
              className="mono"
              rows={6}
              value={command}
              spellCheck={false}
              placeholder="curl https://…"
              onChange={(event) => setCommand(event.target.value)}
            />
          )}
        </Field>
        {error && <Strip kind="bad" text={error} />}
      </div>
    </Dialog>
  );
}

/** Fill the block from an API's own document or a command, and copy the block as a command. */
export function CurlButtons() {
  const scope = useScope();
  const [pasting, setPasting] = useState(false);
  const [picking, setPicking] = useState(false);

  async function copy() {
    try {
      const { command, unset } = await api.post("/api/flows/{id}/curl", {
        path: { id: scope.flow },
        body: { document: board.getState().document(), block: scope.block, values: remembered(scope.flow) },
      });
      await navigator.clipboard.writeText(command);
      const empty = unset.length ? fill(t.emptyAsNoValueIs, { names: unset.map((name) => `$${name}`).join(", ") }) : "";
      toast(fill(t.copiedWithForSecrets, { empty }), { kind: "ok" });
    } catch (caught) {
      toast(asProblem(caught).message, { kind: "bad" });
    }
  }

  return (
    <span className="row">
      {!scope.readOnly && (
        <>
          <Button kind="link" onClick={() => setPicking(true)}>
            {t.fromOpenapi}
          </Button>
          <Button kind="link" onClick={() => setPasting(true)}>
            {t.pasteCurl}
          </Button>
        </>
      )}
      <Button kind="link" onClick={() => void copy()}>
        {t.copyAsCurl}
      </Button>
      {picking && <PickOperation onClose={() => setPicking(false)} />}
      {pasting && <PasteCurl onClose={() => setPasting(false)} />}
    </span>
  );
}
