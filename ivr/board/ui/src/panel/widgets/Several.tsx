import { choiceLabel } from "../../model/schema";
import type { Value } from "../../model/types";
import type { DrawGroup } from "./draw";
import { Several as Group } from "./Note";

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Some of a few, such as days of the week: as buttons that stay down. */
export function Several({ field, value, change, readOnly, ...note }: DrawGroup) {
  const week = field.kind === "weekdays";
  const all = (field.schema.items?.enum as Value[] | undefined) ?? (week ? days : []);
  const chosen = Array.isArray(value) ? value : [];
  return (
    <Group label={field.label} required={field.required} className={week ? "weekdays" : "several"} {...note}>
      <div className="toggles">
        {all.map((each) => (
          <label key={String(each)} title={choiceLabel(each, field.hints)}>
            <input
              type="checkbox"
              checked={chosen.includes(each)}
              disabled={readOnly}
              aria-label={choiceLabel(each, field.hints)}
              onChange={(event) => change(all.filter((one) => (one === each ? event.target.checked : chosen.includes(one))))}
            />
            <span aria-hidden>{week ? choiceLabel(each, field.hints).slice(0, 2) : choiceLabel(each, field.hints)}</span>
          </label>
        ))}
      </div>
    </Group>
  );
}
