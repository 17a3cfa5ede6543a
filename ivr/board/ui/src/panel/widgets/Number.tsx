import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { DrawControl } from "./draw";

/** A number with its unit inside. What is no number stays as it was typed, with a mistake. */
export function NumberOf({ field, own, value, change, control, readOnly }: DrawControl) {
  const [typed, setTyped] = useState<string | null>(null);
  const { unit, placeholder } = field.hints;
  const shown = typed ?? (value === null || value === undefined ? "" : String(value));
  const hint = placeholder ?? (field.fallback == null ? "" : String(field.fallback));

  function read(text: string) {
    setTyped(text);
    const plain = text.trim().replace(",", ".");
    if (plain === "") return change(field.nullable || field.fallback !== undefined ? undefined : "");
    change(/^-?\d*\.?\d+$/.test(plain) ? Number(plain) : plain);
  }

  function pressed(event: KeyboardEvent) {
    const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (!step || readOnly || (own !== undefined && typeof own !== "number")) return;
    event.preventDefault();
    const { minimum = -Infinity, maximum = Infinity } = field.schema as { minimum?: number; maximum?: number };
    const next = Math.min(maximum, Math.max(minimum, (typeof value === "number" ? value : minimum - step) + step));
    if (Number.isFinite(next)) read(String(next));
  }

  return (
    <span className="with-unit">
      <input
        {...control}
        className="input"
        inputMode={field.schema.type === "integer" ? "numeric" : "decimal"}
        autoComplete="off"
        value={shown}
        placeholder={hint}
        readOnly={readOnly}
        onChange={(event) => read(event.target.value)}
        onKeyDown={pressed}
        onBlur={() => setTyped(null)}
      />
      {unit && (
        <span className="unit" aria-hidden>
          {unit}
        </span>
      )}
    </span>
  );
}
