import { panel as t } from "../../words/en/panel";
import type { DrawControl, DrawGroup } from "./draw";
import { Several } from "./Note";
import { cleared } from "./Text";

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A time of the day. One that a clock does not show, such as 24:00, is edited as text. */
export function TimeOf(draw: DrawControl) {
  const { value, control, readOnly, change } = draw;
  const text = typeof value === "string" ? value : "";
  return (
    <input
      {...control}
      className="input"
      type={text === "" || clock.test(text) ? "time" : "text"}
      value={text}
      readOnly={readOnly}
      onChange={(event) => change(event.target.value ? event.target.value : cleared(draw, ""))}
    />
  );
}

const year = () => new Date().getFullYear();

/** A date of one year, or of every year. */
export function DateOf({ field, value, change, readOnly, ...note }: DrawGroup) {
  const text = typeof value === "string" ? value : "";
  const yearly = /^\d\d-\d\d$/.test(text);
  const full = yearly ? `${text === "02-29" ? 2028 : year()}-${text}` : text;
  return (
    <Several label={field.label} required={field.required} {...note}>
      <input
        className="input"
        type="date"
        aria-label={field.label}
        value={/^\d{4}-\d\d-\d\d$/.test(full) ? full : ""}
        readOnly={readOnly}
        onChange={(event) => change(yearly && event.target.value ? event.target.value.slice(5) : event.target.value)}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={yearly}
          disabled={readOnly || !full}
          onChange={(event) => change(event.target.checked ? full.slice(5) : full)}
        />
        {t.everyYear}
      </label>
    </Several>
  );
}
