import { type FormEvent, useState } from "react";
import { api } from "../api/client";
import type { Schemas } from "../api/contract";
import { asProblem, type Problem } from "../api/problem";
import { useLoad } from "../api/useLoad";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Confirm } from "../kit/Confirm";
import { Field } from "../kit/Field";
import { ProblemStrip, Strip } from "../kit/Strip";
import { when } from "../model/when";
import { common } from "../words/en/common";
import { people as t } from "../words/en/people";
import { counted, fill } from "../words/fill";

type Receipt = Schemas["Erased"];

/** Erase a caller, and who wants no texts: for admins. */
export function Privacy({ readOnly, onDone }: { readOnly: boolean; onDone: () => void }) {
  const optedOut = useLoad("/api/opt-outs");
  const [number, setNumber] = useState("");
  const [asked, setAsked] = useState("");
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const typed = number.trim();

  function done(words: string) {
    announce(words);
    setNumber("");
    optedOut.reload();
    onDone();
  }

  async function noTexts(event: FormEvent) {
    event.preventDefault();
    if (!typed) return;
    setReceipt(null);
    try {
      await api.post("/api/opt-outs", { body: { number: typed } });
      setProblem(null);
      done(fill(t.getsNoMoreTexts, { typed }));
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  async function erase() {
    setProblem(null);
    setReceipt(await api.post("/api/callers/erase", { body: { number: asked } }));
    done(fill(t.wasErased, { asked }));
  }

  return (
    <section className="stack" aria-labelledby="privacy">
      <h2 id="privacy">{t.privacyOfCallers}</h2>
      {problem && <ProblemStrip problem={problem} />}
      {receipt && <Strip kind={receipt.complete ? "info" : "warn"} text={told(receipt)} />}
      {!readOnly && (
        <form className="filters privacy" aria-label={t.aCaller} onSubmit={(event) => void noTexts(event)}>
          <Field label={t.numberOfACaller}>
            {(control) => (
              <input
                {...control}
                inputMode="tel"
                autoComplete="off"
                placeholder="+1 555 012 3456"
                maxLength={64}
                value={number}
                onChange={(event) => setNumber(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" disabled={!typed}>
            {t.noMoreTexts}
          </Button>
          <Button kind="danger" disabled={!typed} onClick={() => setAsked(typed)}>
            {t.eraseCaller}
          </Button>
        </form>
      )}
      {optedOut.problem && <ProblemStrip problem={optedOut.problem} retry={optedOut.reload} />}
      {optedOut.data && (
        <OptOuts
          rows={optedOut.data}
          readOnly={readOnly}
          onAllowed={(allowed) => done(fill(t.mayBeTextedAgain, { allowed }))}
        />
      )}
      {asked && (
        <Confirm
          title={fill(t.erase, { asked })}
          text={t.callsAndWhatHappenedIn}
          action={t.eraseCallerNow}
          danger
          run={erase}
          onClose={() => setAsked("")}
        />
      )}
    </section>
  );
}

/** What was erased, and what is left. */
function told({ calls, recordings, starts, texts, mark, under_way, kept, reason }: Receipt): string {
  const gone = [
    counted(common.countedCalls, calls),
    counted(t.recordings, recordings),
    counted(t.starts, starts),
    counted(t.waitingTexts, texts),
  ].join(", ");
  const left = under_way ? [counted(t.underWay, under_way)] : [];
  const stays = kept ? [counted(t.kept, kept, { reason })] : [];
  return [fill(t.erased, { gone, mark }), ...left, ...stays].join(" ");
}

interface OptOutsProps {
  rows: readonly Schemas["OptedOut"][];
  readOnly: boolean;
  onAllowed: (number: string) => void;
}

/** Numbers that get no texts, and a way to text them again. */
function OptOuts({ rows, readOnly, onAllowed }: OptOutsProps) {
  const [asked, setAsked] = useState("");
  if (!rows.length) return <p className="nothing">{t.everyNumberMayBeTexted}</p>;
  return (
    <div className="card wide-table">
      <table className="table">
        <caption>{t.numbersThatGetNoTexts}</caption>
        <thead>
          <tr>
            <th scope="col">{common.number}</th>
            <th scope="col">{t.since}</th>
            <th scope="col">
              <span className="hidden">{t.texts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number}>
              <th scope="row" className="mono">
                {row.number}
              </th>
              <td className="tight">{when(row.at)}</td>
              <td className="number">
                {!readOnly && (
                  <Button
                    size="small"
                    aria-label={fill(t.allowTextsTo, { number: row.number })}
                    onClick={() => setAsked(row.number)}
                  >
                    {t.allowTexts}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked && (
        <Confirm
          title={fill(t.textAgain, { asked })}
          text={t.doSoOnlyIfThe}
          action={t.allowTextsNow}
          run={async () => {
            await api.post("/api/opt-outs/remove", { body: { number: asked } });
            onAllowed(asked);
          }}
          onClose={() => setAsked("")}
        />
      )}
    </div>
  );
}
