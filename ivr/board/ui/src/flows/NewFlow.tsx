import { type FormEvent, useId, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { focusWrong } from "../kit/focusWrong";
import { Icon } from "../kit/Icon";
import { useBootstrap } from "../model/bootstrap";
import { go, to } from "../nav/routes";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { templateIcon } from "./Templates";

/** A name, and what to begin with. */
export function NewFlow({ onClose }: { onClose: () => void }) {
  const templates = useBootstrap((state) => state.bootstrap?.templates) ?? [];
  const form = useId();
  const [name, setName] = useState("");
  const [template, setTemplate] = useState("empty");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function create(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (!name.trim()) return (setError(t.giveItANameSuch), focusWrong());
    setBusy(true);
    try {
      const { id } = await api.post("/api/flows", { body: { name: name.trim(), template } });
      go(to.flow(id));
    } catch (caught) {
      setError(asProblem(caught).message);
      setBusy(false);
    }
  }

  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={busy}>
        {t.createFlow}
      </Button>
    </>
  );
  return (
    <Dialog title={t.newFlow} onClose={onClose} footer={footer}>
      <form id={form} className="stack flows" noValidate onSubmit={(event) => void create(event)}>
        <Field label={common.name} error={error} required>
          {(control) => (
            <input
              {...control}
              data-first
              maxLength={120}
              autoComplete="off"
              value={name}
              onChange={(event) => (setName(event.target.value), setError(""))}
            />
          )}
        </Field>
        <fieldset className="template-choice">
          <legend>{t.beginWith}</legend>
          {templates.map((one) => (
            <label key={one.id}>
              <input
                type="radio"
                name="template"
                value={one.id}
                checked={template === one.id}
                onChange={() => setTemplate(one.id)}
              />
              <Icon of={templateIcon(one.id)} size={18} />
              <span>
                <strong>{one.name}</strong>
                <small>{one.description}</small>
              </span>
            </label>
          ))}
        </fieldset>
      </form>
    </Dialog>
  );
}
