import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
/** Where a clip's sound is. */
export function contentOf(name: string): string {
  return `/api/audio/${encodeURIComponent(name)}/content`;
}

/** 0:07, 2:05. */
export function lengthOf(seconds: number): string {
  const whole = Math.max(seconds > 0 ? 1 : 0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What hold audio is chosen, in a few words. */
export function audioName(value: unknown): string {
  const { type, file, text } = (value ?? {}) as { type?: string; file?: string; text?: string };
  if (type === "file") return file ? file : t.noClipChosen;
  if (type !== "speech") return common.defaultAudio;
  const words = (text ?? "").trim();
  return words ? `“${words.length > 28 ? `${words.slice(0, 27)}…` : words}”` : t.nothingToSayYet;
}

/** The clip that is played by default. */
export const DEFAULT_CLIP = "hold.wav";
