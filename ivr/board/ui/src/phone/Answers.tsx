import { Field } from "../kit/Field";
import { TextArea } from "../kit/TextArea";
import { useBootstrap } from "../model/bootstrap";
import { worded } from "../model/causes";
import { titleOf, useBoard, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { fill, within } from "../words/fill";
import { type Pinned, useTestCall } from "./testCall";

/** Failures that are worth a try, by their causes. */
const failures = ["timeout", "connect", "dns", "tls", "too_large", "unreadable"] as const;
const plain: Pinned = { after: 0, status: 200, body: "{}" };

function pin(block: number, answer: Pinned | null): void {
  useTestCall.setState(({ answers: { [block]: _, ...others } }) => ({
    answers: answer ? { ...others, [block]: answer } : others,
  }));
}

/** Answers of APIs that are pinned for test calls: the others are asked. What is unfolded stays so while a call is up. */
export function Answers({ hidden }: { hidden: boolean }) {
  const derived = useDerived((all) => all);
  const flow = useBoard((state) => state.flow);
  const asking = flow.blocks.filter((block) => block.action.type === "external_web_call").map((block) => block.number);
  const answers = useTestCall((state) => state.answers);
  const count = asking.filter((number) => answers[number]).length;
  if (!asking.length) return null;
  return (
    <details className="answers" hidden={hidden}>
      <summary>{count ? fill(t.ofApisAnswerAsPinned, { count, all: asking.length }) : t.answersOfApis}</summary>
      <div>
        {asking.map((number) => (
          <Answer key={number} block={number} title={`${number}. ${titleOf(derived, number)}`} answer={answers[number]} />
        ))}
      </div>
    </details>
  );
}

function Answer({ block, title, answer }: { block: number; title: string; answer?: Pinned }) {
  useBootstrap((state) => state.bootstrap?.causes);
  function choose(how: string): void {
    if (how === "ask") return pin(block, null);
    const { fails: _, ...given } = answer ?? plain;
    pin(block, how === "answer" ? given : { ...given, fails: how as Pinned["fails"] });
  }
  const change = (more: Partial<Pinned>) => pin(block, { ...(answer ?? plain), ...more });
  const seconds = (text: string) => Math.min(600, Math.max(0, Number(text) || 0));
  return (
    <fieldset>
      <legend>{title}</legend>
      <Field label={t.whatTheApiDoes}>
        {(control) => (
          <select
            {...control}
            value={answer ? (answer.fails ?? "answer") : "ask"}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="ask">{t.itIsAsked}</option>
            <option value="answer">{t.answersThis}</option>
            {failures.map((cause) => (
              <option key={cause} value={cause}>
                {fill(t.fails, { cause: within(worded(cause)) })}
              </option>
            ))}
          </select>
        )}
      </Field>
      {answer && (
        <div className="row">
          <Field label={t.afterSeconds}>
            {(control) => (
              <input
                {...control}
                type="number"
                min={0}
                max={600}
                step="any"
                value={answer.after}
                onChange={(event) => change({ after: seconds(event.target.value) })}
              />
            )}
          </Field>
          {!answer.fails && (
            <Field label={t.status}>
              {(control) => (
                <input
                  {...control}
                  type="number"
                  min={100}
                  max={599}
                  defaultValue={answer.status}
                  onChange={({ target }) => target.validity.valid && target.value && change({ status: target.valueAsNumber })}
                />
              )}
            </Field>
          )}
        </div>
      )}
      {answer && !answer.fails && (
        <Field label={common.body}>
          {(control) => (
            <TextArea
              {...control}
              className="mono"
              rows={2}
              spellCheck={false}
              maxLength={65_536}
              value={answer.body}
              onChange={(event) => change({ body: event.target.value })}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}
