import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { Schemas } from "../api/contract";
import { asProblem, type Problem } from "../api/problem";
import { Button } from "../kit/Button";
import { Loading } from "../kit/Empty";
import { Field } from "../kit/Field";
import { ProblemStrip } from "../kit/Strip";
import { when } from "../model/when";
import { useSearch } from "../nav/routes";
import { people as t } from "../words/en/people";
import { counted } from "../words/fill";

type AuditPage = Schemas["AuditPage"];
type AuditEntry = Schemas["AuditEntry"];

/** As many as the server tells at once. */
const PAGE = 200;

/** Who changed what, the last first. `round` goes up when it is to be looked at again. */
export function Trail({ round }: { round: number }) {
  const [search, change] = useSearch();
  const author = search.get("author") ?? "";
  const kind = search.get("kind") ?? "";
  const [page, setPage] = useState<AuditPage | null>(null);
  const [more, setMore] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function load(before?: AuditPage) {
    try {
      const last = before?.entries.at(-1)?.n;
      const next = await api.get("/api/audit", {
        query: { author, kind, before: last === undefined ? undefined : String(last) },
      });
      setMore(next.entries.length === PAGE);
      setPage({ ...next, entries: [...(before?.entries ?? []), ...next.entries] });
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  useEffect(() => void load(), [author, kind, round]);

  return (
    <section className="stack" aria-labelledby="trail">
      <h2 id="trail">{t.auditTrail}</h2>
      {problem && <ProblemStrip problem={problem} retry={() => void load()} />}
      {!page && !problem && <Loading />}
      {page && (
        <>
          <form
            className="filters"
            role="search"
            aria-label={t.filterTheAuditTrail}
            onSubmit={(event) => event.preventDefault()}
          >
            <Choice
              label={t.person}
              all={t.everyone}
              value={author}
              of={page.people}
              onChange={(value) => change({ author: value })}
            />
            <Choice
              label={t.what}
              all={t.everything}
              value={kind}
              of={page.kinds}
              onChange={(value) => change({ kind: value })}
            />
          </form>
          {page.entries.length === 0 && <p className="nothing">{author || kind ? t.nothingLikeThat : t.nothingYet}</p>}
          {page.entries.length > 0 && (
            <div className="card wide-table">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t.when}</th>
                    <th scope="col">{t.who}</th>
                    <th scope="col">{t.what}</th>
                  </tr>
                </thead>
                <tbody>
                  {page.entries.map((entry) => (
                    <Entry key={entry.n} entry={entry} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {more && <Button onClick={() => void load(page)}>{t.showEarlierOnes}</Button>}
        </>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  return (
    <tr>
      <td className="tight">{when(entry.at)}</td>
      <th scope="row">
        {entry.author || "—"}
        <small>{entry.via}</small>
      </th>
      <td>
        {entry.words}
        {entry.changes.length > 0 && (
          <details>
            <summary>{counted(t.changes, entry.changes.length)}</summary>
            <ul>
              {entry.changes.map((each, index) => (
                <li key={index}>{each}</li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  of: readonly string[];
  onChange: (value: string) => void;
}

function Choice({ label, all, value, of, onChange }: ChoiceProps) {
  const known = of.filter(Boolean);
  return (
    <Field label={label}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{all}</option>
          {value && !known.includes(value) && <option>{value}</option>}
          {known.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
    </Field>
  );
}
