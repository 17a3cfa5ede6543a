import { Play, Square } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Field } from "../kit/Field";
import { Strip } from "../kit/Strip";
import { hides } from "../model/needs";
import { remember, remembered } from "../model/remembered";
import { asked, sameRequest } from "../model/reply";
import { useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { ReplyView } from "./ReplyView";
import { useScope } from "./scope";
import { fromLastCall, send, useTrial } from "./trials";

/** Test HTTP Request: a value for each variable in use, the request itself, and what came back. */
export function TestRequest() {
  const { flow, block, config, reference } = useScope();
  const trial = useTrial(flow, block);
  const [values, setValues] = useState(() => remembered(flow));
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const section = useRef<HTMLElement>(null);
  const names = asked(config, reference);
  const derived = useDerived((all) => all);
  const hidden = useMemo(() => hides(derived), [derived]);

  useEffect(() => {
    if (asking) first.current?.focus();
  }, [asking]);

  const { reply, problem, sending } = trial;
  const shown = useRef(reply);
  useEffect(() => {
    if (reply && reply !== shown.current) section.current?.scrollIntoView({ block: "nearest" });
    shown.current = reply;
    if (reply)
      announce(
        reply.status === null
          ? fill(t.theRequestFailed, { error: reply.error })
          : fill(t.answeredWithStatus, { status: reply.status }),
      );
  }, [reply]);

  function go() {
    const filled = Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
    remember(flow, filled);
    setAsking(false);
    void send(flow, block, Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== "")));
  }

  function ask() {
    const typed = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
    setValues({ ...fromLastCall(flow, names), ...typed });
    setAsking(true);
  }

  return (
    <section ref={section} className="test-request" aria-label={t.testHttpRequest}>
      {asking && names.length > 0 && (
        <form className="samples" onSubmit={(event) => (event.preventDefault(), go())}>
          <p className="help">{t.valuesForThisTestThey}</p>
          {names.map((name, index) => (
            <Field key={name} label={<code>${name}</code>}>
              {(control) => (
                <input
                  {...control}
                  ref={index === 0 ? first : undefined}
                  className={hidden(name) ? "unseen" : ""}
                  value={values[name] ?? ""}
                  autoComplete="off"
                  placeholder={t.empty}
                  onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <span className="row">
            <Button type="submit" kind="primary" icon={Play}>
              {t.send}
            </Button>
            <Button onClick={() => setAsking(false)}>{common.cancel}</Button>
          </span>
        </form>
      )}
      {sending ? (
        <span className="row">
          <Button className="wide" busy>
            {t.sending}
          </Button>
          <Button icon={Square} onClick={() => sending.abort()}>
            {common.cancel}
          </Button>
        </span>
      ) : (
        !asking && (
          <Button className="wide" icon={Play} onClick={() => (names.length > 0 ? ask() : go())}>
            {t.testHttpRequest}
          </Button>
        )
      )}
      {problem && <Strip kind={problem.offline ? "warn" : "bad"} text={problem.message} />}
      {reply && <ReplyView reply={reply} stale={trial.sent !== null && !sameRequest(trial.sent, config)} />}
    </section>
  );
}
