import { type RefObject, useLayoutEffect } from "react";

/** Tells the panel's box how much of its top is covered by what stays there, so that no focused field ends up behind it. */
export function useStuck(panel: RefObject<HTMLElement | null>, block: number): void {
  useLayoutEffect(() => {
    const box = panel.current?.parentElement;
    const parts = [...(panel.current?.querySelectorAll<HTMLElement>(":scope > :is(.head, .variables)") ?? [])];
    if (!box || !parts.length) return;
    const measure = () => {
      const [head = 0, variables = 0] = parts.map((part) => part.offsetHeight);
      box.style.setProperty("--head", `${head}px`);
      box.style.setProperty("--stuck", `${head + variables + 8}px`);
    };
    measure();
    const watch = new ResizeObserver(measure);
    for (const part of parts) watch.observe(part);
    return () => {
      watch.disconnect();
      box.style.removeProperty("--head");
      box.style.removeProperty("--stuck");
    };
  }, [panel, block]);
}
