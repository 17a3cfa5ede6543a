import { useEffect, useRef, useState } from "react";
import { useLoad } from "../api/useLoad";
import { Field } from "../kit/Field";
import { numberProblem, results, wordsProblem } from "../model/calls";
import { zone } from "../model/when";
import { useSearch } from "../nav/routes";
import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import { useBlocks } from "./useTitles";

/** Choose a flow: the list of calls and the statistics have the same. */
export function FlowFilter() {
  const [search, change] = useSearch();
  const { data } = useLoad("/api/flows");
  const flow = search.get("flow") ?? "";
  const known = (data ?? []).some((one) => one.id === flow);
  return (
    <Field label={common.flow}>
      {(control) => (
        <select {...control} value={flow} onChange={(event) => change({ flow: event.target.value, block: null })}>
          <option value="">{t.allFlows}</option>
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

interface TypedProps {
  name: "number" | "words";
  label: string;
  placeholder: string;
  /** Why calls can't be found by what is typed; nothing where they can. */
  problem: (typed: string) => string;
}

/** A text that stands in the address after a pause in typing. */
function TypedFilter({ name, label, placeholder, problem }: TypedProps) {
  const [search, change] = useSearch();
  const asked = search.get(name) ?? "";
  const [typed, setTyped] = useState(asked);
  const timer = useRef(0);
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <Field label={label} warning={problem(typed)}>
      {(control) => (
        <input
          {...control}
          autoComplete="off"
          placeholder={placeholder}
          value={typed}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            window.clearTimeout(timer.current);
            if (!problem(text)) timer.current = window.setTimeout(() => change({ [name]: text.trim() }), 350);
          }}
        />
      )}
    </Field>
  );
}

const NumberFilter = () => (
  <TypedFilter name="number" label={t.callersNumber} placeholder={t.wholeOrLastDigits} problem={numberProblem} />
);

const WordsFilter = () => <TypedFilter name="words" label={t.words} placeholder={t.wholeWords} problem={wordsProblem} />;

/** Choose a number of ours. Without any there is nothing to choose. */
function DialledFilter() {
  const [search, change] = useSearch();
  const { data } = useLoad("/api/numbers");
  const dialled = search.get("dialled") ?? "";
  const known = (data ?? []).some((one) => one.number === dialled);
  if (!dialled && !data?.length) return null;
  return (
    <Field label={t.numberCalled}>
      {(control) => (
        <select {...control} value={dialled} onChange={(event) => change({ dialled: event.target.value })}>
          <option value="">{t.allNumbers}</option>
          {dialled && !known && <option value={dialled}>{dialled}</option>}
          {data?.map((one) => (
            <option key={one.number} value={one.number}>
              {one.shown}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Choose a block that calls came to, of the flow that is chosen. */
function BlockFilter() {
  const [search, change] = useSearch();
  const flow = search.get("flow") ?? "";
  const blocks = useBlocks(flow);
  const block = search.get("block") ?? "";
  if (!flow && !block) return null;
  return (
    <Field label={t.reachedBlock}>
      {(control) => (
        <select {...control} value={block} onChange={(event) => change({ block: event.target.value })}>
          <option value="">{t.anyBlock}</option>
          {block && !blocks.some((one) => String(one.number) === block) && (
            <option value={block}>{fill(common.block, { block })}</option>
          )}
          {blocks.map((one) => (
            <option key={one.number} value={one.number}>
              {one.number}. {one.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Choose days, on the clocks of who looks. */
function DayFilter() {
  const [search, change] = useSearch();
  const [from, to] = [search.get("from") ?? "", search.get("to") ?? ""];
  return (
    <fieldset className="days" title={fill(t.inTheTimeZone, { zone })}>
      <legend className="hidden">{fill(t.daysInTheTimeZone, { zone })}</legend>
      <Field label={t.fromDay}>
        {(control) => (
          <input
            {...control}
            type="date"
            max={to || undefined}
            value={from}
            onChange={(event) => change({ from: event.target.value, hours: null })}
          />
        )}
      </Field>
      <Field label={t.toDay}>
        {(control) => (
          <input
            {...control}
            type="date"
            min={from || undefined}
            value={to}
            onChange={(event) => change({ to: event.target.value, hours: null })}
          />
        )}
      </Field>
    </fieldset>
  );
}

const spans: Record<string, string> = { 24: t.last24Hours, 168: t.last7Days, 720: t.last30Days };

/** Which figures are asked for, by what stands in the address. */
export function useFigureFilter() {
  const [search] = useSearch();
  const [from, to] = [search.get("from"), search.get("to")];
  const hours = search.get("hours") ?? "";
  const last = from || to ? null : spans[hours] ? hours : "24";
  const [flow, number, words] = [search.get("flow"), search.get("number"), search.get("words")];
  const [dialled, block] = [search.get("dialled"), search.get("block")];
  return { flow, number, words, dialled, block, from, to, hours: last, zone };
}

/** Choose what is counted. */
export function FigureFilters() {
  const [, change] = useSearch();
  const { hours } = useFigureFilter();
  return (
    <form className="filters" aria-label={t.chooseFigures} onSubmit={(event) => event.preventDefault()}>
      <FlowFilter />
      <Field label={t.time}>
        {(control) => (
          <select
            {...control}
            value={hours ?? ""}
            onChange={({ target }) => change({ hours: target.value === "24" ? null : target.value, from: null, to: null })}
          >
            {hours === null && <option value="">{t.chosenDays}</option>}
            {Object.entries(spans).map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <DayFilter />
      <DialledFilter />
      <NumberFilter />
      <WordsFilter />
      <BlockFilter />
    </form>
  );
}

/** Choose which calls are listed. */
export function Filters() {
  const [search, change] = useSearch();
  return (
    <form className="filters" role="search" aria-label={t.filterCalls} onSubmit={(event) => event.preventDefault()}>
      <FlowFilter />
      <Field label={t.result}>
        {(control) => (
          <select {...control} value={search.get("result") ?? ""} onChange={(event) => change({ result: event.target.value })}>
            <option value="">{t.allResults}</option>
            {Object.entries(results).map(([id, { label }]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NumberFilter />
      <WordsFilter />
      <DialledFilter />
      <DayFilter />
      <BlockFilter />
    </form>
  );
}
