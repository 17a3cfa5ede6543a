import { useEffect } from "react";
import { late } from "../kit/late";

/** What a board is drawn without: it comes once that is done. */
const rest = () => import("./rest");

export const Changes = late(async () => (await rest()).Changes);
export const ContextMenu = late(async () => (await rest()).ContextMenu);
export const Find = late(async () => (await rest()).Find);
export const Keys = late(async () => (await rest()).Keys);
export const Outline = late(async () => (await rest()).Outline);
export const Pickers = late(async () => (await rest()).Pickers);
export const Panel = late(async () => (await import("../panel/Panel")).default);
export const Phone = late(async () => (await import("../phone/Phone")).default);
export const PublishDialog = late(async () => (await import("../publish/PublishDialog")).default);

const lying = [Pickers, ContextMenu, Find, Keys, Outline, Changes];
const beside = [Panel, Phone, PublishDialog];

/** Have everything at hand once the board is painted: nothing flashes then, and the server may be away when it is needed. */
export function useAtHand(ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setTimeout(() => void have([...lying, ...beside])));
    });
    return () => cancelAnimationFrame(frame);
  }, [ready]);
}

/** One after the other, so that they do not slow down the first actions of the author. */
async function have(parts: readonly { have(): Promise<unknown> }[]): Promise<void> {
  for (const each of parts) await each.have().catch(() => {}); // asked again when it is drawn
}
