import { Field } from "../kit/Field";
import { TextArea } from "../kit/TextArea";

interface Words {
  note: string;
  name: string;
}

/** The note and the name of a version. */
export function Notes({ words, onChange }: { words: Words; onChange: (words: Words) => void }) {
  return (
    <>
      <Field label="Note" help="What changed and why, for later.">
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
      <Field label="Name of this version" help="If it deserves one, such as “Summer hours”.">
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
