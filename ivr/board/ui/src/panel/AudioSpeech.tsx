import { panel as t } from "../words/en/panel";
import "../styles/player.css";
import { ChevronDown, Square, Volume2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { get } from "../model/path";
import { fieldOf, fieldsOf, kindsOf } from "../model/schema";
import type { Config, Value } from "../model/types";
import { useBoard } from "../model/useBoard";
import { FieldFor } from "./FieldFor";
import { type Scope, ScopeProvider, useScope } from "./scope";
import { VariableList } from "./Variables";

interface Props {
  path: string;
  value: Config;
  onChange: (more: Record<string, Value>) => void;
}

/** Words for a voice. The fields are those of the declaration, but change only what the dialog holds. */
export function AudioSpeech({ path, value, onChange }: Props) {
  const scope = useScope();
  const field = fieldOf(path, get(scope.root.properties, [path]) as Record<string, Value>, scope.root);
  const schema = kindsOf(field, scope.root).find((kind) => kind.type === "speech")?.schema;
  const own: Scope = { ...scope, config: value, set: (at, to) => onChange({ [at]: to }), problems: new Map() };
  return (
    <ScopeProvider value={own}>
      <div className="panel in-dialog">
        {schema && (
          <div className="fields">
            {fieldsOf(schema, scope.root).map((each) => (
              <FieldFor key={each.name} field={each} path={each.name} values={value} />
            ))}
          </div>
        )}
        <Speak text={String(value.text ?? "")} language={String(value.language ?? "")} />
        <details className="more-fields">
          <summary>
            <Icon of={ChevronDown} size={14} />
            {t.availableVariables}
          </summary>
          <div className="variables">
            <VariableList />
          </div>
        </details>
      </div>
    </ScopeProvider>
  );
}

/** Spoken words without their tags. */
function words(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function Speak({ text, language }: { text: string; language: string }) {
  const spoken = useBoard((state) => state.flow.language) ?? "";
  const [speaking, setSpeaking] = useState(false);
  const able = typeof speechSynthesis !== "undefined";
  useEffect(() => () => (able ? speechSynthesis.cancel() : undefined), [able]);

  function speak() {
    speechSynthesis.cancel();
    if (speaking) return setSpeaking(false);
    const said = new SpeechSynthesisUtterance(words(text));
    said.lang = language || spoken;
    said.onend = said.onerror = () => setSpeaking(false);
    setSpeaking(true);
    speechSynthesis.speak(said);
  }

  if (!able) return <p className="help">{t.thisBrowserHasNoVoice}</p>;
  return (
    <div className="player">
      <Button icon={speaking ? Square : Volume2} disabled={!words(text)} onClick={speak}>
        {speaking ? t.stop : t.listen}
      </Button>
      <p className="help">{t.thisIsTheBrowsersVoice}</p>
    </div>
  );
}
