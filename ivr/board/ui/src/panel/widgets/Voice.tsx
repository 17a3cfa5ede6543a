import { useId, useMemo } from "react";
import { useLoad } from "../../api/useLoad";
import type { Control } from "../../kit/Field";
import { useBoard } from "../../model/useBoard";
import { voicesFor } from "../../model/voices";
import { panel as t } from "../../words/en/panel";
import { fill } from "../../words/fill";
import type { DrawControl } from "./draw";

interface Props {
  control: Control;
  value: string;
  language: string;
  placeholder: string;
  readOnly: boolean;
  onChange: (name: string) => void;
}

/** A voice by its name: one of those that Twilio has for the language, found by typing a part of it, or any other. */
export function VoiceInput({ control, value, language, placeholder, readOnly, onChange }: Props) {
  const id = useId();
  const { data } = useLoad("/api/voices");
  const options = useMemo(() => (data ? voicesFor(data, language) : []), [data, language]);
  return (
    <>
      <input
        {...control}
        className="input"
        list={id}
        value={value}
        placeholder={placeholder}
        readOnly={readOnly}
        autoComplete="off"
        spellCheck={false}
        title={data && fill(t.voicesOfTwilioOnAnother, { date: data.as_of })}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {options.map(({ name, hint }) => (
          <option key={name + hint} value={name}>
            {hint}
          </option>
        ))}
      </datalist>
    </>
  );
}

export function Voice({ value, values, change, control, readOnly }: DrawControl) {
  const spoken = useBoard((state) => state.flow.language) ?? "en-US";
  return (
    <VoiceInput
      control={control}
      value={typeof value === "string" ? value : ""}
      language={String(values.language || spoken)}
      placeholder={t.theFlows}
      readOnly={readOnly}
      onChange={(name) => change(name || undefined)}
    />
  );
}
