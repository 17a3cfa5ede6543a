import { Settings2, X } from "lucide-react";
import { useId, useMemo } from "react";
import type { FlowProblem } from "../api/problem";
import { IconButton } from "../kit/Button";
import { Combobox } from "../kit/Combobox";
import { Field } from "../kit/Field";
import { Icon } from "../kit/Icon";
import { TextArea } from "../kit/TextArea";
import { useBootstrap } from "../model/bootstrap";
import { useDesk } from "../model/desk";
import { useBoard, useBoardStore, useProblems } from "../model/useBoard";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { told } from "./scope";
import { VoiceInput } from "./widgets/Voice";

type Name = "name" | "description" | "time_zone" | "language" | "voice" | "apology";

/** What holds for the whole flow. */
export function FlowPanel() {
  const store = useBoardStore();
  const flow = useBoard((state) => state.flow);
  const readOnly = useBoard((state) => state.readOnly);
  const problems = useProblems(0);
  const zones = useBootstrap((state) => state.bootstrap?.time_zones);
  const languages = useBootstrap((state) => state.bootstrap?.languages) ?? [];
  const options = useMemo(() => (zones ?? []).map((value) => ({ value, label: value.replaceAll("_", " ") })), [zones]);
  const of = (name: Name): FlowProblem[] => problems.filter((problem) => problem.path === name);
  const note = (name: Name) => ({ error: told(of(name), "error"), warning: told(of(name), "warning") });
  const set = (name: Name, value: string) => store.getState().setFlow({ [name]: value });
  return (
    <div className="panel flow-panel">
      <Head id={flow.id} />
      <div className="group-body">
        <Field label={common.name} required {...note("name")}>
          {(control) => (
            <input
              {...control}
              maxLength={120}
              readOnly={readOnly}
              value={flow.name}
              onChange={(event) => set("name", event.target.value)}
            />
          )}
        </Field>
        <Field label={t.description} help={t.whatItIsFor} {...note("description")}>
          {(control) => (
            <TextArea
              {...control}
              rows={2}
              maxLength={2000}
              readOnly={readOnly}
              value={flow.description ?? ""}
              onChange={(event) => set("description", event.target.value)}
            />
          )}
        </Field>
        <Field label={t.timeZone} help={t.theZoneItsDatesTimes} {...note("time_zone")}>
          {(control) =>
            readOnly ? (
              <input {...control} readOnly value={flow.time_zone ?? "UTC"} />
            ) : (
              <Combobox
                control={control}
                options={options}
                value={flow.time_zone ?? "UTC"}
                onChoose={(zone) => set("time_zone", zone)}
              />
            )
          }
        </Field>
        <Spoken languages={languages} note={note} set={set} />
        <Field label={t.apology} help={t.whatTheCallerHearsBefore} {...note("apology")}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              maxLength={1000}
              readOnly={readOnly}
              value={flow.apology ?? ""}
              placeholder={t.weAreSorrySomethingWent}
              onChange={(event) => set("apology", event.target.value)}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

function Head({ id }: { id: string }) {
  return (
    <header className="head">
      <span className="tile start" style={{ width: 32, height: 32 }}>
        <Icon of={Settings2} />
      </span>
      <div className="head-names">
        <h2>{t.flowSettings}</h2>
        <p className="head-kind">
          <code>{id}</code>
        </p>
      </div>
      <IconButton icon={X} label={common.close} onClick={() => useDesk.setState({ settings: false })} />
    </header>
  );
}

interface SpokenProps {
  languages: readonly string[];
  note: (name: Name) => { error: string; warning: string };
  set: (name: Name, value: string) => void;
}

/** How messages sound. */
function Spoken({ languages, note, set }: SpokenProps) {
  const flow = useBoard((state) => state.flow);
  const readOnly = useBoard((state) => state.readOnly);
  const list = useId();
  return (
    <>
      <div className="fields">
        <Field label={t.language} className="half" help={t.aTagSuchAsEn} {...note("language")}>
          {(control) => (
            <input
              {...control}
              list={list}
              readOnly={readOnly}
              value={flow.language ?? "en-US"}
              onChange={(event) => set("language", event.target.value)}
            />
          )}
        </Field>
        <Field label={t.voice} className="half" help={t.theCarriersNameOfIt} {...note("voice")}>
          {(control) => (
            <VoiceInput
              control={control}
              placeholder={t.theCarriersDefault}
              language={flow.language ?? "en-US"}
              readOnly={readOnly}
              value={flow.voice ?? ""}
              onChange={(name) => set("voice", name)}
            />
          )}
        </Field>
      </div>
      <datalist id={list}>
        {languages.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}
