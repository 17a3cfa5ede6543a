import { type FormEvent, useState } from "react";
import { asProblem } from "../api/problem";
import { signIn, useSession } from "../api/session";
import { useTitle } from "../frame/Page";
import { Mark } from "../frame/TopBar";
import { Button } from "../kit/Button";
import { Field } from "../kit/Field";
import { common } from "../words/en/common";
import { login as t } from "../words/en/login";
import { rich } from "../words/fill";

export default function Login() {
  useTitle(t.signIn);
  const closed = useSession((state) => state.session?.needed === false);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(name.trim(), password);
    } catch (caught) {
      setError(asProblem(caught).message);
      setBusy(false);
    }
  }

  if (closed) return <Closed />;
  return (
    <main id="main" tabIndex={-1} className="sheet">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <div className="row">
          <Mark />
          <h1>{t.signIn}</h1>
        </div>
        <Field label={common.name} required>
          {(control) => (
            <input
              {...control}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={common.password} error={error} required>
          {(control) => (
            <input
              {...control}
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" kind="primary" busy={busy}>
          {t.signIn}
        </Button>
      </form>
    </main>
  );
}

/** Without users there is nothing to type in: a link opens the board. */
function Closed() {
  return (
    <main id="main" tabIndex={-1} className="sheet">
      <div className="stack">
        <div className="row">
          <Mark />
          <h1>{t.theBoardIsClosed}</h1>
        </div>
        <p>{rich(t.openItWithALink, { code: <code>ivr board open</code>, code2: <code>ivr user add</code> })}</p>
      </div>
    </main>
  );
}
