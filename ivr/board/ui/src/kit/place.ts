export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export type Side = "below" | "above" | "right" | "left";
export type Align = "start" | "center" | "end";

const edge = 8;
const opposite: Record<Side, Side> = { below: "above", above: "below", right: "left", left: "right" };

/** Where a box goes beside an anchor: on the wanted side, on the other if it does not fit there, always on the screen. */
export function place(
  anchor: Rect,
  box: { width: number; height: number },
  view: { width: number; height: number },
  { side = "below", align = "start", gap = 4 }: { side?: Side; align?: Align; gap?: number } = {},
): { left: number; top: number } {
  const room: Record<Side, number> = {
    below: view.height - anchor.top - anchor.height,
    above: anchor.top,
    right: view.width - anchor.left - anchor.width,
    left: anchor.left,
  };
  const upright = side === "below" || side === "above";
  const need = (upright ? box.height : box.width) + gap + edge;
  const taken = room[side] < need && room[opposite[side]] > room[side] ? opposite[side] : side;
  const along = { start: 0, center: 0.5, end: 1 }[align];
  const left = {
    below: anchor.left + along * (anchor.width - box.width),
    above: anchor.left + along * (anchor.width - box.width),
    right: anchor.left + anchor.width + gap,
    left: anchor.left - box.width - gap,
  }[taken];
  const top = {
    below: anchor.top + anchor.height + gap,
    above: anchor.top - box.height - gap,
    right: anchor.top + along * (anchor.height - box.height),
    left: anchor.top + along * (anchor.height - box.height),
  }[taken];
  return {
    left: Math.max(edge, Math.min(left, view.width - box.width - edge)),
    top: Math.max(edge, Math.min(top, view.height - box.height - edge)),
  };
}

/** Put an element in the top layer beside an anchor. */
export function put(box: HTMLElement, anchor: Rect, options?: Parameters<typeof place>[3]): void {
  const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const at = place(anchor, { width: box.offsetWidth, height: box.offsetHeight }, view, options);
  box.style.left = `${at.left}px`;
  box.style.top = `${at.top}px`;
}
