/** Whether a button of the mouse, or a finger, is down right now. */
let held = false;
for (const [kind, down] of [
  ["pointerdown", true],
  ["pointerup", false],
  ["pointercancel", false],
] as const) {
  globalThis.addEventListener?.(kind, () => (held = down), true);
}

/** Runs `then` once nothing is held down, at once where nothing is. Returns what calls it off. */
export function onceLetGo(then: () => void): () => void {
  if (!held) return (then(), () => {});
  const off = new AbortController();
  // The browser's own answer to the release comes first: it closes what is open.
  const later = () => (off.abort(), setTimeout(then));
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, later, { signal: off.signal });
  return () => off.abort();
}
