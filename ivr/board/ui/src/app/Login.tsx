import { type FormEvent, useState } from "react";
import { asProblem } from "../api/problem";
import { signIn } from "../api/session";
import { useTitle } from "../frame/Page";
import { Mark } from "../frame/TopBar";
import { Button } from "../kit/Button";
import { Field } from "../kit/Field";

export default function Login() {
  useTitle("Sign in");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(password);
    } catch (caught) {
      setError(asProblem(caught).message);
      setBusy(false);
    }
  }

  return (
    <main id="main" tabIndex={-1} className="sheet">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <div className="row">
          <Mark />
          <h1>Sign in</h1>
        </div>
        <input type="text" name="username" autoComplete="username" value="board" readOnly hidden />
        <Field label="Password" error={error} required>
          {(control) => (
            <input
              {...control}
              type="password"
              autoComplete="current-password"
              autoFocus
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
