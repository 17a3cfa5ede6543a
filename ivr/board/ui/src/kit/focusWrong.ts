/** Once it is drawn what is wrong in a dialog, the first such field gets the focus. */
export function focusWrong(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("dialog[open] [aria-invalid='true']")?.focus());
}
