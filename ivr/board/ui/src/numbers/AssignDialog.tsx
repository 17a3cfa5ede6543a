import { type FormEvent, useId, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Combobox } from "../kit/Combobox";
import { Dialog } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { focusWrong } from "../kit/focusWrong";
import { Strip } from "../kit/Strip";
import type { FlowRow, NumberRow } from "../model/types";
import { common } from "../words/en/common";
import { numbers as t } from "../words/en/numbers";
import { fill } from "../words/fill";
import { doubt, plain, wrong } from "./rows";

interface Props {
  /** Null: a new number. */
  row: NumberRow | null;
  rows: readonly NumberRow[];
  flows: readonly FlowRow[];
  onClose: () => void;
  onDone: () => void;
}

/** A number and the flow that is to answer it. */
export function AssignDialog({ row, rows, flows, onClose, onDone }: Props) {
  const form = useId();
  const [typed, setTyped] = useState(row?.number ?? "");
  const [flow, setFlow] = useState(row?.flow ?? "");
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const number = plain(typed);
  const taken = row ? undefined : rows.find((one) => one.number === number);
  const chosen = flows.find((one) => one.id === flow);

  async function save(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (wrong(number) || !flow) return focusWrong();
    setBusy(true);
    try {
      await api.put("/api/numbers/{number}", { path: { number }, body: { flow } });
      announce(fill(t.isAnsweredBy, { number, flow: chosen?.name ?? flow }));
      onDone();
      onClose();
    } catch (error) {
      setProblem(asProblem(error).message);
      setBusy(false);
    }
  }

  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button type="submit" form={form} kind="primary" busy={busy}>
        {row ? t.changeFlow : t.addNumber}
      </Button>
    </>
  );
  return (
    <Dialog title={row ? fill(t.whoAnswers, { number: row.number }) : t.addANumber} onClose={onClose} footer={footer}>
      <form id={form} className="stack" noValidate onSubmit={(event) => void save(event)}>
        {problem && <Strip kind="bad" text={problem} />}
        {!row && (
          <Field
            label={common.number}
            required
            error={tried && wrong(number)}
            warning={taken && fill(t.answersItNow, { flow: taken.flow_name || common.noFlow })}
            help={t.withAPlusAndIts}
          >
            {(control) => (
              <input
                {...control}
                data-first
                type="tel"
                autoComplete="off"
                placeholder="+15550100100"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={common.flow}
          required
          error={tried && !flow && t.chooseTheFlowThatAnswers}
          warning={chosen && doubt(chosen)}
        >
          {(control) => (
            <Combobox
              control={control}
              options={options(flows)}
              value={flow}
              onChoose={setFlow}
              placeholder={flows.length ? t.typeAPartOfIts : t.thereIsNoFlowYet}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

function options(flows: readonly FlowRow[]) {
  return flows.map(({ id, name, revision }) => ({
    value: id,
    label: name,
    hint: revision === null ? t.draftState : `v${revision}`,
  }));
}
