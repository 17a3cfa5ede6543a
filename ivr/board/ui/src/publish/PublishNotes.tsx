import { Field } from "../kit/Field";
import { TextArea } from "../kit/TextArea";
import { common } from "../words/en/common";
import { publish as t } from "../words/en/publish";

interface Words {
  note: string;
  name: string;
}

/** The note and the name of a version. */
export function Notes({ words, onChange }: { words: Words; onChange: (words: Words) => void }) {
  return (
    <>
      <Field label={common.note} help={t.whatChangedAndWhyFor}>
        {(control) => (
          <TextArea
            {...control}
            data-first
            rows={2}
            maxLength={1000}
            value={words.note}
            onChange={(event) => onChange({ ...words, note: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.nameOfThisVersion} help={t.ifItDeservesOneSuch}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            maxLength={120}
            value={words.name}
            onChange={(event) => onChange({ ...words, name: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
