import { titleOf, useBoard, useDerived } from "../../model/useBoard";
import { panel as t } from "../../words/en/panel";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

/** Some of the blocks that start a request and go on at once, by their numbers; what is named and is none can go. */
export function Blocks({ field, value, change, readOnly, ...note }: DrawGroup) {
  const blocks = useBoard((state) => state.flow.blocks);
  const derived = useDerived((all) => all);
  const chosen = Array.isArray(value) ? value.filter((each): each is number => typeof each === "number") : [];
  const starting = blocks.filter((block) => block.action.start === "go on").map((block) => block.number);
  const all = [...new Set([...starting, ...chosen])].sort((one, other) => one - other);
  const choose = (number: number, on: boolean) => change(all.filter((one) => (one === number ? on : chosen.includes(one))));
  return (
    <Several label={field.label} required={field.required} className="several" {...note}>
      {all.length ? (
        <div className="toggles">
          {all.map((number) => (
            <label key={number}>
              <input
                type="checkbox"
                checked={chosen.includes(number)}
                disabled={readOnly}
                aria-label={`${number} ${titleOf(derived, number)}`}
                onChange={(event) => choose(number, event.target.checked)}
              />
              <span aria-hidden>{`${number} ${titleOf(derived, number)}`}</span>
            </label>
          ))}
        </div>
      ) : (
        <p className="none">{t.noExternalWebCallGoes}</p>
      )}
    </Several>
  );
}
