import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from "react";
import type { FlowProblem } from "../api/problem";
import type { Control } from "../kit/Field";
import { TextArea } from "../kit/TextArea";
import { doubled, foreign } from "../model/dollars";
import { type Typing, typingAt, written } from "../model/marks";
import { segments } from "../model/references";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { Completion, useCompletion } from "./Completion";
import { rememberCaret, type } from "./caret";
import { DollarSigns } from "./DollarSigns";
import { useScope } from "./scope";

interface Props {
  value: string;
  onChange: (text: string) => void;
  control: Control;
  problems: readonly FlowProblem[];
  label: string;
  placeholder?: string;
  /** Several lines may be written. */
  lines?: boolean;
  mono?: boolean;
  spelled?: boolean;
  className?: string;
  /** Whether a pasted text is taken elsewhere. */
  takes?: (text: string) => boolean;
  /** It goes to an API, which may mean something by a dollar sign itself. */
  sends?: boolean;
}

/** Text with variables in it: they are marked, offered behind a `$`, and dropped or clicked in as chips. */
export function TemplateField({
  value,
  onChange,
  control,
  problems,
  label,
  placeholder,
  lines,
  mono,
  spelled,
  className,
  takes,
  sends,
}: Props) {
  const scope = useScope();
  const area = useRef<HTMLTextAreaElement>(null);
  const paint = useRef<HTMLDivElement>(null);
  const [typing, setTyping] = useState<Typing | null>(null);
  const paste = usePaste(area, { takes, sends, lines });
  const completion = useCompletion(typing, scope.available, (name) => insert(name));

  function look(typed = typing !== null) {
    const field = area.current;
    if (!typed || !field || document.activeElement !== field || field.selectionStart !== field.selectionEnd)
      return setTyping(null);
    setTyping(typingAt(field.value, field.selectionStart));
  }

  function insert(name: string) {
    const field = area.current;
    if (!field || !typing) return;
    const end = field.selectionStart;
    const closed = typing.of !== undefined && field.value[end] === "}" ? 1 : 0;
    field.setSelectionRange(typing.start, end + closed);
    type(field, typing.of === undefined ? written(name, field.value.slice(end)) : `\${${typing.of}|${name}}`);
    setTyping(null);
  }

  function pressed(event: KeyboardEvent) {
    if (completion.pressed(event)) return;
    if (event.key === "Escape" && typing) {
      event.stopPropagation(); // the list closes, the panel stays
      return setTyping(null);
    }
    const plain = !event.ctrlKey && !event.metaKey; // Ctrl Enter publishes, from here too
    if (event.key === "Enter" && plain && !lines && !event.nativeEvent.isComposing) event.preventDefault();
  }

  return (
    <div className={`template ${lines ? "lines" : ""} ${mono ? "mono" : ""} ${className ?? ""}`}>
      <div ref={paint} className="paint" aria-hidden>
        <Marks text={value} pattern={scope.reference} problems={problems} />
      </div>
      <TextArea
        {...control}
        ref={area}
        rows={1}
        value={value}
        placeholder={placeholder}
        readOnly={scope.readOnly}
        spellCheck={spelled ?? false}
        autoComplete="off"
        aria-autocomplete="list"
        {...completion.aria}
        onChange={(event) => {
          const text = event.target.value;
          onChange(lines ? text : text.replaceAll(/[\r\n]+/g, " "));
          look(isTyped(event.nativeEvent as InputEvent));
        }}
        onSelect={() => look()}
        onFocus={() => area.current && rememberCaret(area.current)}
        onBlur={() => setTyping(null)}
        onKeyDown={pressed}
        onPaste={paste.pasted}
      />
      {paste.question}
      {typing && <Completion {...completion.list} label={fill(t.variablesFor, { label })} paint={paint} at={typing.start} />}
    </div>
  );
}

/** What becomes of a pasted text: it is taken elsewhere, asked about, or typed. */
function usePaste(
  area: RefObject<HTMLTextAreaElement | null>,
  { takes, sends, lines }: Pick<Props, "takes" | "sends" | "lines">,
) {
  const { reference, available } = useScope();
  const [asking, setAsking] = useState<{ text: string; names: string[] } | null>(null);

  function pasted(event: ClipboardEvent) {
    const text = event.clipboardData.getData("text/plain");
    if (takes?.(text)) return event.preventDefault();
    const names = sends ? foreign(text, reference, (name) => heads(available).has(name)) : [];
    if (names.length) {
      event.preventDefault();
      return setAsking({ text: lines ? text : oneLine(text), names });
    }
    if (lines || !/[\r\n]/.test(text) || !area.current) return;
    event.preventDefault();
    type(area.current, oneLine(text));
  }

  function answered(text: string) {
    setAsking(null);
    if (area.current) type(area.current, text);
  }

  const question = asking && (
    <DollarSigns
      names={asking.names}
      onOwn={() => answered(doubled(asking.text, reference, asking.names))}
      onVariables={() => answered(asking.text)}
      onClose={() => setAsking(null)}
    />
  );
  return { pasted, question };
}

const oneLine = (text: string) => text.replaceAll(/\s*[\r\n]+\s*/g, " ").trim();

/** What the names of variables begin with. */
const heads = (available: readonly { name: string }[]) => new Set(available.map(({ name }) => name.split(/[.[]/)[0]!));

/** Whether text is typed letter by letter: what is dropped, pasted or clicked in is complete. */
function isTyped({ inputType, data }: InputEvent): boolean {
  return data?.length === 1 || inputType === "insertCompositionText" || inputType.startsWith("delete");
}

function Marks({ text, pattern, problems }: { text: string; pattern: string; problems: readonly FlowProblem[] }) {
  return (
    <>
      {segments(text, pattern).map((piece, index) =>
        piece.name ? (
          <mark key={index} className={isOdd(piece.name, problems) ? "odd" : undefined}>
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
      {"\u200b"}
    </>
  );
}

/** Whether one of the problems is about this reference. */
function isOdd(reference: string, problems: readonly FlowProblem[]): boolean {
  const name = reference.replaceAll(/[.[\]]/g, "\\$&");
  return problems.some((problem) => new RegExp(`\\$${name}(?![\\w[]|\\.\\w)`).test(problem.message));
}
