import { type ComponentProps, type Ref, useImperativeHandle, useLayoutEffect, useReducer, useRef } from "react";

interface Props extends Omit<ComponentProps<"textarea">, "value" | "defaultValue" | "children"> {
  value: string;
  ref?: Ref<HTMLTextAreaElement>;
}

/**
 * A text area whose element is left alone during typing. React would write its default text with every letter, and
 * Chromium would then undo letter by letter.
 */
export function TextArea({ value, ref, onChange, ...rest }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [, look] = useReducer((turn: number) => turn + 1, 0); // also when what was typed is not taken
  useImperativeHandle(ref, () => area.current!, []);
  useLayoutEffect(() => {
    const text = value.replaceAll(/\r\n?/g, "\n"); // as the element tells it
    if (area.current && area.current.value !== text) area.current.value = text;
  });
  return <textarea {...rest} ref={area} onChange={(event) => (onChange?.(event), look())} />;
}
