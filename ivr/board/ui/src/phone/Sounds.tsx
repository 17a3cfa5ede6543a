import { Volume2, VolumeX } from "lucide-react";
import { useCallback, useEffect } from "react";
import { Button, IconButton } from "../kit/Button";
import { phone as t } from "../words/en/phone";
import { sound, useSound } from "./sound";

/** The two channels of a call: what is said, and what is played meanwhile. */
export function Sounds() {
  const prompt = useCallback((element: HTMLAudioElement | null) => sound.attach("prompt", element), []);
  const hold = useCallback((element: HTMLAudioElement | null) => sound.attach("hold", element), []);
  useEffect(() => () => sound.stop(), []);
  return (
    <>
      <audio ref={prompt} data-channel="prompt" preload="none" />
      <audio ref={hold} data-channel="hold" preload="none" />
    </>
  );
}

export function SoundButton() {
  const off = useSound((state) => state.off);
  return (
    <IconButton
      icon={off ? VolumeX : Volume2}
      size="small"
      label={off ? t.soundIsOff : t.soundIsOn}
      aria-pressed={!off}
      onClick={() => sound.setOff(!off)}
    />
  );
}

/** Browsers play nothing before the first click. */
export function SoundHint() {
  const blocked = useSound((state) => state.blocked);
  if (!blocked) return null;
  return (
    <Button className="sound-hint" size="small" icon={VolumeX} onClick={() => sound.allow()}>
      {t.soundIsOffClickTo}
    </Button>
  );
}
