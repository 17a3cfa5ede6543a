import { useEffect, useRef, useState } from "react";
import { kit as t } from "../words/en/kit";

const typing = "input, textarea, select, [contenteditable], dialog";

interface Taken {
  files: (files: File[]) => void;
  /** Text that is pasted while no field has the focus. */
  text?: (text: string) => void;
}

/** Takes files that are dropped anywhere on the page, or pasted. Gives whether one is held over it now. */
export function useFiles(taken: Taken, off = false): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(taken);
  latest.current = taken;

  useEffect(() => {
    if (off) return;
    const stop = new AbortController();
    const on = <K extends keyof DocumentEventMap>(type: K, run: (event: DocumentEventMap[K]) => void) =>
      document.addEventListener(type, run, { signal: stop.signal });
    const within = (event: Event) => event.target instanceof Element && event.target.closest("dialog") !== null;
    on("dragover", (event) => {
      if (within(event) || !event.dataTransfer?.types.includes(t.files)) return;
      event.preventDefault();
      setOver(true);
    });
    on("dragleave", (event) => event.relatedTarget === null && setOver(false));
    on("drop", (event) => {
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (within(event) || files.length === 0) return;
      event.preventDefault();
      latest.current.files(files);
    });
    on("paste", (event) => {
      if (event.target instanceof Element && event.target.closest(typing)) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (files.length) latest.current.files(files);
      else if (text.trim()) latest.current.text?.(text);
    });
    return () => stop.abort();
  }, [off]);

  return over;
}
