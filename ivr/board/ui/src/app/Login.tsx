import { type FormEvent, useState } from "react";
import { asProblem } from "../api/problem";
import { signIn, useSession } from "../api/session";
import { useTitle } from "../frame/Page";
import { Mark } from "../frame/TopBar";
import { Button } from "../kit/Button";
import { Field } from "../kit/Field";

export default function Login() {
  useTitle("Sign in");
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
          <h1>Sign in</h1>
        </div>
        <Field label="Name" required>
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
        <Field label="Password" error={error} required>
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
          Sign in
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
          <h1>The board is closed</h1>
        </div>
        <p>
          Open it with a link: <code>ivr board open</code> prints one on the machine of the server. To sign in with a name and a
          password instead, add a user with <code>ivr user add</code>.
        </p>
      </div>
    </main>
  );
}
