import { X } from "lucide-react";
import { useState } from "react";
import type { FlowProblem } from "../api/problem";
import { Button, IconButton } from "../kit/Button";
import { Field } from "../kit/Field";
import { focusField, useDesk } from "../model/desk";
import { board } from "../model/store";
import { nameOf, useBoard, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { counted, fill } from "../words/fill";
import { Answers } from "./Answers";
import { StartsAt } from "./StartsAt";
import { isUp, speak, text, useTestCall, versionCalled } from "./testCall";

const number = /^(\+[1-9]\d{1,14}|anonymous)$/;

function Caller() {
  const caller = useTestCall((state) => state.caller);
  const [typed, setTyped] = useState(caller);
  const wrong = !number.test(typed.replace(/[\s()-]/g, ""));
  return (
    <Field label={t.asCaller} error={wrong ? t.aNumberWithItsCountry : undefined}>
      {(control) => (
        <input
          {...control}
          value={typed}
          inputMode="tel"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            const bare = text.replace(/[\s()-]/g, "");
            if (number.test(bare)) useTestCall.setState({ caller: bare });
          }}
        />
      )}
    </Field>
  );
}

/** Values of an earlier call that this one begins with. */
function Values() {
  const count = useTestCall((state) => Object.keys(state.values).length);
  if (!count) return null;
  return (
    <p className="with-values">
      {counted(t.withValues, count)}
      <IconButton icon={X} size="small" label={t.callWithoutThem} onClick={() => useTestCall.setState({ values: {} })} />
    </p>
  );
}

/** What the caller says or texts, and the button that sends it. */
function Words({
  label,
  hint,
  button,
  send,
}: {
  label: string;
  hint: string;
  button: string;
  send: (text: string) => unknown;
}) {
  const [text, setText] = useState("");
  return (
    <form
      className="speech"
      onSubmit={(event) => {
        event.preventDefault();
        send(text);
        setText("");
      }}
    >
      <input
        className="input"
        aria-label={label}
        placeholder={hint}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit">{button}</Button>
    </form>
  );
}

function Errors({ text, problems }: { text: string; problems: readonly FlowProblem[] }) {
  const derived = useDerived((all) => all);
  function show({ block, path }: FlowProblem) {
    if (!block) return useDesk.setState({ settings: true });
    board.getState().show(block);
    focusField(block, path);
  }
  return (
    <div className="call-errors" id="call-refused" role="status">
      <p>{text}</p>
      <ul>
        {problems.slice(0, 4).map((problem, index) => (
          <li key={index}>
            <button type="button" className="block-link" onClick={() => show(problem)}>
              {problem.block ? nameOf(derived, problem.block) : common.theFlow}
            </button>
            : {problem.message}
          </li>
        ))}
      </ul>
      {problems.length > 4 && <p>{fill(t.andMore, { count: problems.length - 4 })}</p>}
    </div>
  );
}

/** Under the keys: who calls, what they say, and why there can be no call. */
export function CallForm() {
  const up = useTestCall(isUp);
  const listens = useTestCall((state) => state.call?.listens ?? "");
  const asks = useTestCall((state) => state.call?.asks ?? false);
  const looks = useBoard((state) => state.readOnly);
  const which = versionCalled(
    useTestCall((state) => state.which),
    looks,
  );
  const problem = useTestCall((state) => state.problem);
  const found = useBoard((state) => state.checked.problems);
  const errors = found.filter((each) => each.level === "error");
  return (
    <div className="call-form">
      {up && listens.includes("speech") && (
        <Words label={t.whatTheCallerSays} hint={t.saySomething} button={t.say} send={speak} />
      )}
      {asks && <Words label={t.theReplyByText} hint={t.replyByText} button={t.text} send={text} />}
      <StartsAt refused={which === "draft" && errors.length > 0} />
      {!up && <Caller />}
      {!up && <Values />}
      <Answers hidden={up} />
      {!up && which === "draft" && errors.length > 0 ? (
        <Errors text={t.thisFlowCantBeCalled} problems={errors} />
      ) : (
        problem && <Errors text={problem.message} problems={problem.problems.filter((each) => each.level === "error")} />
      )}
    </div>
  );
}
