import { FileUp } from "lucide-react";
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { FileButton } from "../kit/FileButton";
import { Strip } from "../kit/Strip";
import { toast } from "../kit/Toast";
import { type ApiDocument, filled, found, LARGEST, type Operations, type Picked, SHOWN } from "../model/operations";
import type { Config } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { useScope } from "./scope";

interface Read {
  document: ApiDocument;
  listed: Operations;
}

/** An OpenAPI document in, one of its operations picked, the block's fields out: three steps in one window. */
export function PickOperation({ onClose }: { onClose: () => void }) {
  const [read, setRead] = useState<Read | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  if (read && picked) return <Fill picked={picked} back={() => setPicked(null)} onClose={onClose} />;
  if (read) return <Choose read={read} back={() => setRead(null)} pick={setPicked} onClose={onClose} />;
  return <Open opened={setRead} onClose={onClose} />;
}

/** What is being waited for, and what went wrong with it. An answer to a step that was left means nothing. */
function useTrying() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  async function go<Answer>(ask: () => Promise<Answer>, then: (answer: Answer) => void) {
    setBusy(true);
    setError("");
    try {
      const answer = await ask();
      if (here.current) then(answer);
    } catch (caught) {
      setError(asProblem(caught).message);
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, setError, go };
}

function Open({ opened, onClose }: { opened: (read: Read) => void; onClose: () => void }) {
  const [address, setAddress] = useState("");
  const { busy, error, setError, go } = useTrying();

  const read = (document: ApiDocument) =>
    go(
      () => api.post("/api/operations", { body: document }),
      (listed) => opened({ document, listed }),
    );

  async function open([file]: File[]) {
    if (!file) return;
    if (file.size > LARGEST) return setError(fill(t.isLargerThanMib, { name: file.name, value: LARGEST / 1024 / 1024 }));
    await read({ text: await file.text(), address: "" });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (address.trim()) void read({ text: "", address: address.trim() });
  }

  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button
        kind="primary"
        busy={busy}
        disabled={!address.trim()}
        onClick={() => void read({ text: "", address: address.trim() })}
      >
        {t.readTheDocument}
      </Button>
    </>
  );
  return (
    <Dialog title={t.pickAnOperation} onClose={onClose} footer={footer} wide>
      <form className="stack" onSubmit={submit}>
        <p className="help">{t.manyApisDescribeThemselvesIn}</p>
        <Field label={t.addressOfTheDocument}>
          {(control) => (
            <input
              {...control}
              className="input mono"
              type="url"
              value={address}
              spellCheck={false}
              autoComplete="off"
              placeholder="https://…/openapi.json"
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        <span className="row">
          <FileButton
            icon={FileUp}
            label={t.openAFile}
            accept=".json,.yaml,.yml"
            busy={busy}
            onFiles={(files) => void open(files)}
          />
        </span>
        {error && <Strip kind="bad" text={error} />}
      </form>
    </Dialog>
  );
}

interface ChooseProps {
  read: Read;
  back: () => void;
  pick: (picked: Picked) => void;
  onClose: () => void;
}

function Choose({ read, back, pick, onClose }: ChooseProps) {
  const id = useId();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState("");
  const { busy, error, go } = useTrying();
  const { title, version, operations, cut } = read.listed;
  const fitting = useMemo(() => found(operations, search), [operations, search]);
  const shown = fitting.slice(0, SHOWN);
  const name = shown.some((each) => each.name === chosen) ? chosen : shown.length === 1 ? shown[0]!.name : "";

  const next = () => go(() => api.post("/api/operations/fields", { body: { ...read.document, operation: name } }), pick);

  const footer = (
    <>
      <Button onClick={back}>{t.back}</Button>
      <Button kind="primary" busy={busy} disabled={!name} onClick={() => void next()}>
        {t.next}
      </Button>
    </>
  );
  return (
    <Dialog title={[title, version].filter(Boolean).join(" ") || t.pickAnOperation} onClose={onClose} footer={footer} wide>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name) void next();
        }}
      >
        <Field label={common.search} help={counted(fitting.length, operations.length, cut)}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="search"
              value={search}
              autoComplete="off"
              placeholder={t.getOrder}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="operations">
          <legend className="hidden">{t.operations}</legend>
          {shown.map((each) => (
            <label key={each.name} className={each.deprecated ? "deprecated" : ""}>
              <input
                type="radio"
                name={id}
                value={each.name}
                checked={each.name === name}
                onChange={() => setChosen(each.name)}
                onDoubleClick={() => void next()}
              />
              <span className="mono">
                <b>{each.method}</b> {each.path}
              </span>
              <span className="help">{each.deprecated ? fill(t.deprecated, { summary: each.summary }) : each.summary}</span>
            </label>
          ))}
        </fieldset>
        {error && <Strip kind="bad" text={error} />}
      </form>
    </Dialog>
  );
}

function counted(fitting: number, all: number, cut: boolean): string {
  const some = fill(cut ? t.operationsOfMore : t.operationsOf, { some: fitting, all });
  return fitting > SHOWN ? `${some} ${fill(t.theFirstAreShown, { count: SHOWN })}` : some;
}

interface FillProps {
  picked: Picked;
  back: () => void;
  onClose: () => void;
}

function Fill({ picked, back, onClose }: FillProps) {
  const scope = useScope();
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const { fields, notes, offered } = picked;

  function fill() {
    scope.set(
      "",
      filled(
        scope.now("") as Config,
        picked,
        offered.filter((each) => taken.has(each.name)),
      ),
    );
    toast(t.theBlockSendsThisOperation, { kind: "ok" });
    onClose();
  }

  const toggle = (name: string) =>
    setTaken((before) => new Set(before.has(name) ? [...before].filter((each) => each !== name) : [...before, name]));

  const footer = (
    <>
      <Button onClick={back}>{t.back}</Button>
      <Button kind="primary" onClick={fill}>
        {t.fillTheBlock}
      </Button>
    </>
  );
  return (
    <Dialog title={t.fillTheBlock} onClose={onClose} footer={footer} wide>
      <div className="stack">
        <p className="mono operation">
          <b>{String(fields.method)}</b> {String(fields.url)}
        </p>
        {notes.length > 0 && (
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {offered.length > 0 && (
          <fieldset className="operations">
            <legend>{t.takeFromTheAnswer}</legend>
            {offered.map((each) => (
              <label key={each.name}>
                <input type="checkbox" checked={taken.has(each.name)} onChange={() => toggle(each.name)} />
                <span className="mono">{each.query}</span>
                <span className="help">{each.description ? `$${each.name}: ${each.description}` : `$${each.name}`}</span>
              </label>
            ))}
          </fieldset>
        )}
        <p className="help">{t.theRequestOfTheBlock}</p>
      </div>
    </Dialog>
  );
}
