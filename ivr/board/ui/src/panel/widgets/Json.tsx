import { useState } from "react";
import { TextArea } from "../../kit/TextArea";
import type { DrawControl } from "./draw";

/** What no other widget is for, as JSON. */
export function Json({ value, change, control, readOnly }: DrawControl) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextArea
      {...control}
      className="input mono"
      rows={4}
      readOnly={readOnly}
      spellCheck={false}
      value={typed ?? (value === undefined ? "" : JSON.stringify(value, null, 2))}
      onChange={(event) => {
        setTyped(event.target.value);
        try {
          change(event.target.value.trim() ? JSON.parse(event.target.value) : undefined);
        } catch {
          change(event.target.value); // the field says that this is none
        }
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
