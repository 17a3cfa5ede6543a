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
import { counted, when } from "../model/when";

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
      done(`${typed} gets no more texts`);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  async function erase() {
    setProblem(null);
    setReceipt(await api.post("/api/callers/erase", { body: { number: asked } }));
    done(`${asked} was erased`);
  }

  return (
    <section className="stack" aria-labelledby="privacy">
      <h2 id="privacy">Privacy of callers</h2>
      {problem && <ProblemStrip problem={problem} />}
      {receipt && <Strip kind={receipt.complete ? "info" : "warn"} text={told(receipt)} />}
      {!readOnly && (
        <form className="filters privacy" aria-label="A caller" onSubmit={(event) => void noTexts(event)}>
          <Field label="Number of a caller">
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
            No more texts
          </Button>
          <Button kind="danger" disabled={!typed} onClick={() => setAsked(typed)}>
            Erase caller…
          </Button>
        </form>
      )}
      {optedOut.problem && <ProblemStrip problem={optedOut.problem} retry={optedOut.reload} />}
      {optedOut.data && (
        <OptOuts rows={optedOut.data} readOnly={readOnly} onAllowed={(allowed) => done(`${allowed} may be texted again`)} />
      )}
      {asked && (
        <Confirm
          title={`Erase ${asked}?`}
          text="Calls and what happened in them, starts that other systems asked for, texts that wait, and recordings at the carrier are deleted. There is no way back. That the number wants no texts is kept."
          action="Erase caller"
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
    counted(calls, "call"),
    counted(recordings, "recording at the carrier", "recordings at the carrier"),
    counted(starts, "start"),
    counted(texts, "waiting text"),
  ].join(", ");
  const left = under_way ? ` ${counted(under_way, "call")} under way: erase again when they are over.` : "";
  const stays = kept ? ` ${counted(kept, "call")} kept, as a recording could not be deleted: ${reason}` : "";
  return `Erased: ${gone}. The receipt stands in the audit trail, with ${mark} for the number.${left}${stays}`;
}

interface OptOutsProps {
  rows: readonly Schemas["OptedOut"][];
  readOnly: boolean;
  onAllowed: (number: string) => void;
}

/** Numbers that get no texts, and a way to text them again. */
function OptOuts({ rows, readOnly, onAllowed }: OptOutsProps) {
  const [asked, setAsked] = useState("");
  if (!rows.length) return <p className="nothing">Every number may be texted.</p>;
  return (
    <div className="card wide-table">
      <table className="table">
        <caption>Numbers that get no texts</caption>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="hidden">Texts</span>
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
                  <Button size="small" aria-label={`Allow texts to ${row.number}…`} onClick={() => setAsked(row.number)}>
                    Allow texts…
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked && (
        <Confirm
          title={`Text ${asked} again?`}
          text="Do so only if the person asks for it."
          action="Allow texts"
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
