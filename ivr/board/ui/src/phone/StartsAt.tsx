import { Flag, X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { IconButton } from "../kit/Button";
import { Field } from "../kit/Field";
import { Icon } from "../kit/Icon";
import { useDesk } from "../model/desk";
import type { Need } from "../model/needs";
import { titleOf, useDerived } from "../model/useBoard";
import { phone as t } from "../words/en/phone";
import { call, offered, useNeeds } from "./startValues";
import { isUp, useTestCall } from "./testCall";

const type = (name: string, text: string) => useTestCall.setState(({ given }) => ({ given: { ...given, [name]: text } }));

function Given({ flow, need }: { flow: string; need: Need }) {
  const typed = useTestCall((state) => state.given[need.name]);
  const values = useTestCall((state) => state.values);
  const before = useTestCall((state) => (state.call?.phase === "ended" ? state.call : state.before));
  const text = useMemo(() => offered(flow, need), [flow, need, values, before]);
  return (
    <Field label={<code>${need.name}</code>}>
      {(control) => (
        <input
          {...control}
          className={need.hidden ? "unseen" : ""}
          value={typed ?? text}
          autoComplete="off"
          spellCheck={false}
          placeholder={t.notSet}
          onChange={(event) => type(need.name, event.target.value)}
        />
      )}
    </Field>
  );
}

/** The block that the next call starts at, and what blocks before it would have set. */
export function StartsAt({ refused }: { refused: boolean }) {
  const from = useDesk((desk) => desk.from);
  const title = useDerived((derived) => (derived.blocks.has(from) ? titleOf(derived, from) : ""));
  const flow = useTestCall((state) => state.flow);
  const up = useTestCall(isUp);
  const here = useTestCall((state) => up && (state.call?.events.find((event) => event.kind === "start")?.block ?? 0) === from);
  const called = useTestCall((state) => state.call !== null);
  const needs = useNeeds();
  const fields = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (from && !title) useDesk.setState({ from: 0 });
  }, [from, title]);
  useEffect(() => {
    const empty = [...(fields.current?.querySelectorAll("input") ?? [])].find((input) => !input.value);
    empty?.focus({ preventScroll: true });
  }, [from]);

  if (!title || here) return null;
  return (
    <form
      ref={fields}
      className={`starts-at ${called ? "called" : ""}`}
      onSubmit={(event) => (event.preventDefault(), refused || call())}
    >
      <p>
        <Icon of={Flag} size={14} />
        <span>
          {up ? t.theNextCallStartsAt : t.startsAt} <strong>{`${from}. ${title}`}</strong>
        </span>
        <IconButton icon={X} size="small" label={t.startAtTheBeginning} onClick={() => useDesk.setState({ from: 0 })} />
      </p>
      {!up && needs.length > 0 && (
        <fieldset>
          <legend>{t.whatEarlierBlocksWouldHave}</legend>
          {needs.map((need) => (
            <Given key={need.name} flow={flow} need={need} />
          ))}
        </fieldset>
      )}
      {needs.length > 0 && <button type="submit" hidden aria-hidden tabIndex={-1} />}
    </form>
  );
}
