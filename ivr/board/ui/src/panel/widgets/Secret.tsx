import { KeyRound, RotateCcwKey, X } from "lucide-react";
import { useId, useState } from "react";
import { useLoad } from "../../api/useLoad";
import { Button } from "../../kit/Button";
import { common } from "../../words/en/common";
import { panel as t } from "../../words/en/panel";
import { fill } from "../../words/fill";
import { useScope } from "../scope";
import { keepSecret } from "../secrets";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

const named = /^\$(?:SECRET\.(\w+)|\{SECRET\.(\w+)\})$/;

/** A value that can be set and replaced, and never read: typed in here, or kept under a name beside the flows. */
export function Secret({ field, path, value, change, readOnly, bare, ...note }: DrawGroup) {
  const [typing, setTyping] = useState(false);
  const name = typeof value === "string" ? (named.exec(value.trim())?.[1] ?? named.exec(value.trim())?.[2]) : undefined;
  const set = (typeof value === "object" && value !== null) || (typeof value === "string" && value !== "");
  const lost = lostOf(value);
  const clear = () => (setTyping(false), change(undefined));
  return (
    <Several label={field.label} required={field.required} className="secret" bare={bare} {...note}>
      {set && !typing ? (
        <span className="secret-set">
          <span className={lost ? "chip warn" : "chip ok"}>
            <KeyRound size={12} aria-hidden /> {name ? name : lost ? t.typeItAgain : t.set}
          </span>
          {lost && (
            <span className="secret-lost">
              {lost.origin ? fill(t.itWasTypedFor, { origin: lost.origin }) : t.itWasTypedBeforeThe}
            </span>
          )}
          {!readOnly && (
            <>
              <Button kind="link" icon={RotateCcwKey} onClick={() => setTyping(true)}>
                {common.replace}
              </Button>
              <Button kind="link" icon={X} onClick={clear}>
                {t.clear}
              </Button>
            </>
          )}
        </span>
      ) : (
        <Typed
          label={field.label}
          path={path}
          readOnly={readOnly}
          autoFocus={typing}
          change={change}
          done={() => setTyping(false)}
        />
      )}
    </Several>
  );
}

/** A secret that was typed for another address than its block has now. */
function lostOf(value: unknown): { origin?: string } | undefined {
  if (typeof value !== "object" || value === null || !("lost" in value)) {
    return undefined;
  }
  return "origin" in value && typeof value.origin === "string" ? { origin: value.origin } : {};
}

interface TypedProps {
  label: string;
  path: string;
  readOnly: boolean;
  autoFocus: boolean;
  change: (value: string) => void;
  done: () => void;
}

function Typed({ label, path, readOnly, autoFocus, change, done }: TypedProps) {
  const scope = useScope();
  const list = useId();
  const secrets = useLoad("/api/secrets").data ?? [];
  const [text, setText] = useState("");

  function keep(to: string) {
    if (to) {
      change(to);
      if (!named.test(to)) void keepSecret(scope, path, to);
    }
    setText("");
    done();
  }

  return (
    <>
      <input
        className="input mono veiled"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        value={text}
        readOnly={readOnly}
        autoFocus={autoFocus}
        placeholder={t.typeItIn}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => keep(text.trim())}
        onKeyDown={(event) => {
          if (event.key === "Enter") keep(text.trim());
          if (event.key !== "Escape" || !text) return;
          event.stopPropagation();
          setText("");
        }}
      />
      {secrets.length > 0 && !readOnly && (
        <select
          id={list}
          className="input"
          aria-label={fill(t.aStoredSecret, { label })}
          value=""
          onChange={(event) => event.target.value && keep(`$SECRET.${event.target.value}`)}
        >
          <option value="">{t.orAStoredSecret}</option>
          {secrets.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      )}
    </>
  );
}
