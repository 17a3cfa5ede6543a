import { useId } from "react";
import type { DrawGroup } from "./draw";
import { Note } from "./Note";

export function Switch({ field, value, change, readOnly, ...note }: DrawGroup) {
  const id = useId();
  const told = note.error || note.warning || note.help;
  return (
    <div className="field switch-field">
      <label htmlFor={id}>{field.label}</label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={value === true}
        disabled={readOnly}
        aria-describedby={told ? `${id}-note` : undefined}
        onChange={(event) => change(event.target.checked)}
      />
      <Note id={`${id}-note`} {...note} />
    </div>
  );
}
