import { written } from "../model/marks";

let last: HTMLTextAreaElement | null = null;

/** The field that a chip goes to when it is clicked. */
export function rememberCaret(field: HTMLTextAreaElement): void {
  last = field;
}

export function forgetCaret(): void {
  last = null;
}

/** Type for the author: the browser's own undo in the field takes it back. */
export function type(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  // The only way to change a text that keeps the browser's undo.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
}

/** Put a variable at the last caret, else at the end of the first field that takes one. Says whether there was any. */
export function put(name: string, panel: Element): boolean {
  const remembered = last?.isConnected && panel.contains(last) ? last : null;
  const field = remembered ?? panel.querySelector<HTMLTextAreaElement>(".template > textarea:not([readonly])");
  if (!field) return false;
  if (!remembered) field.setSelectionRange(field.value.length, field.value.length);
  type(field, written(name, field.value.slice(field.selectionEnd)));
  return true;
}
