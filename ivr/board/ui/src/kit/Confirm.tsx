import { useState } from "react";
import { asProblem } from "../api/problem";
import { common } from "../words/en/common";
import { kit as t } from "../words/en/kit";
import { fill } from "../words/fill";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Field } from "./Field";

interface Props {
  title: string;
  text: string;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  /** Must be typed before the button works. */
  typed?: string;
  /** What fails here is shown here; when it is done, the dialog closes. */
  run: () => Promise<unknown> | unknown;
  onClose: () => void;
}

/** Ask before something is done that can't be taken back. */
export function Confirm({ title, text, action, danger, typed, run, onClose }: Props) {
  const [entered, setEntered] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function yes() {
    setBusy(true);
    try {
      await run();
      onClose();
    } catch (caught) {
      setError(asProblem(caught).message);
      setBusy(false);
    }
  }

  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button
        kind={danger ? "danger" : "primary"}
        busy={busy}
        disabled={typed !== undefined && entered !== typed}
        onClick={() => void yes()}
      >
        {action}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={footer}>
      <div className="stack">
        <p>{text}</p>
        {typed !== undefined && (
          <Field label={fill(t.typeToGoOn, { typed })}>
            {(control) => <input {...control} value={entered} onChange={(event) => setEntered(event.target.value)} />}
          </Field>
        )}
        {error && (
          <p role="alert" className="strip bad">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
