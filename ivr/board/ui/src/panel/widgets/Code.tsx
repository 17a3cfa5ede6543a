import { Braces } from "lucide-react";
import { useState } from "react";
import { announce } from "../../kit/announce";
import { Button } from "../../kit/Button";
import { formatted } from "../../model/json";
import { panel as t } from "../../words/en/panel";
import { useScope } from "../scope";
import { TemplateField } from "../TemplateField";
import type { DrawControl } from "./draw";

/** A longer text in a fixed-width face, such as a request's body. JSON can be put in order. */
export function Code({ field, value, change, control, problems, readOnly }: DrawControl) {
  const { reference, action } = useScope();
  const [wrong, setWrong] = useState("");
  const text = typeof value === "string" ? value : "";
  const json = /^\s*[{[]/.test(text);

  function format() {
    const done = formatted(text, reference);
    setWrong(typeof done === "string" ? "" : done.error);
    if (typeof done === "string") change(done);
    announce(typeof done === "string" ? t.formatted : done.error);
  }

  return (
    <>
      <TemplateField
        control={control}
        label={field.label}
        className="code"
        value={text}
        problems={problems}
        placeholder={field.hints.placeholder}
        lines
        mono
        sends={action.type === "external_web_call"}
        onChange={(typed) => (setWrong(""), change(typed))}
      />
      {json && !readOnly && (
        <span className="code-foot">
          <Button kind="link" icon={Braces} onClick={format}>
            {t.formatJson}
          </Button>
          {wrong && <span className="warning">{wrong}</span>}
        </span>
      )}
    </>
  );
}
