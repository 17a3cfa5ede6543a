import { choiceLabel } from "../../model/schema";
import type { Value } from "../../model/types";
import type { DrawControl } from "./draw";

/** One of a few: beside each other while that is short, else a list to choose from. */
export function Choice(draw: DrawControl) {
  const { field, value, change, control, readOnly } = draw;
  const values = [...(field.nullable ? [null] : []), ...((field.schema.enum as Value[]) ?? [])];
  const labels = values.map((each) => choiceLabel(each, field.hints));
  const segmented =
    field.hints.widget === "segmented" || (!field.hints.half && values.length <= 3 && labels.join("").length <= 28);
  if (segmented && field.hints.widget !== "select") return <Segmented {...draw} all={values} labels={labels} />;
  const at = values.findIndex((each) => each === (value ?? null));
  return (
    <select
      {...control}
      className="input"
      value={at}
      disabled={readOnly}
      onChange={(event) => change(values[Number(event.target.value)])}
    >
      {at < 0 && <option value={-1}>{value == null ? "" : String(value)}</option>}
      {values.map((_, index) => (
        <option key={index} value={index}>
          {labels[index]}
        </option>
      ))}
    </select>
  );
}

interface Props extends DrawControl {
  all: Value[];
  labels: string[];
}

function Segmented({ field, value, change, control, readOnly, all, labels }: Props) {
  return (
    <div className="segmented" role="radiogroup" aria-label={field.label} aria-describedby={control["aria-describedby"]}>
      {all.map((each, index) => (
        <label key={index}>
          <input
            type="radio"
            id={index === 0 ? control.id : undefined}
            name={control.id}
            checked={(value ?? null) === each}
            disabled={readOnly}
            onChange={() => change(each)}
          />
          <span>{labels[index]}</span>
        </label>
      ))}
    </div>
  );
}
