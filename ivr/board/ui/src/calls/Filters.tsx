import { useEffect, useRef, useState } from "react";
import { useLoad } from "../api/useLoad";
import { Field } from "../kit/Field";
import { results } from "../model/calls";
import { useSearch } from "../nav/routes";
import { useBlocks } from "./useTitles";

/** Choose a flow: the list of calls and the statistics have the same. */
export function FlowFilter() {
  const [search, change] = useSearch();
  const { data } = useLoad("/api/flows");
  const flow = search.get("flow") ?? "";
  const known = (data ?? []).some((one) => one.id === flow);
  return (
    <Field label="Flow">
      {(control) => (
        <select {...control} value={flow} onChange={(event) => change({ flow: event.target.value, block: null })}>
          <option value="">All flows</option>
          {flow && !known && <option value={flow}>{flow}</option>}
          {data?.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name || one.id}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A text that stands in the address after a pause in typing. */
function NumberFilter() {
  const [search, change] = useSearch();
  const number = search.get("number") ?? "";
  const [typed, setTyped] = useState(number);
  const timer = useRef(0);
  useEffect(() => setTyped(number), [number]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <Field label="Caller’s number">
      {(control) => (
        <input
          {...control}
          inputMode="tel"
          autoComplete="off"
          placeholder="+1 555 012 3456"
          value={typed}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            window.clearTimeout(timer.current);
            timer.current = window.setTimeout(() => change({ number: text.trim() }), 350);
          }}
        />
      )}
    </Field>
  );
}

export function Filters() {
  const [search, change] = useSearch();
  const flow = search.get("flow") ?? "";
  const blocks = useBlocks(flow);
  const block = search.get("block") ?? "";
  return (
    <form className="filters" role="search" aria-label="Filter calls" onSubmit={(event) => event.preventDefault()}>
      <FlowFilter />
      <Field label="Result">
        {(control) => (
          <select {...control} value={search.get("result") ?? ""} onChange={(event) => change({ result: event.target.value })}>
            <option value="">All results</option>
            {Object.entries(results).map(([id, { label }]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NumberFilter />
      <Field label="Day (UTC)">
        {(control) => (
          <input
            {...control}
            type="date"
            value={search.get("day") ?? ""}
            onChange={(event) => change({ day: event.target.value })}
          />
        )}
      </Field>
      {(flow || block) && (
        <Field label="Reached block">
          {(control) => (
            <select {...control} value={block} onChange={(event) => change({ block: event.target.value })}>
              <option value="">Any block</option>
              {block && !blocks.some((one) => String(one.number) === block) && <option value={block}>Block {block}</option>}
              {blocks.map((one) => (
                <option key={one.number} value={one.number}>
                  {one.number}. {one.title}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </form>
  );
}
