import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import "../styles/player.css";
import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../kit/Button";
import { contentOf, lengthOf } from "../model/clips";
import { Level } from "./Level";

/** Hear a clip, and see how loud it is. */
export function Player({ name, loop }: { name: string; loop?: boolean }) {
  const sound = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [wrong, setWrong] = useState("");

  useEffect(() => {
    const mine = sound.current;
    setWrong("");
    return () => mine?.pause();
  }, [name]);

  function toggle() {
    const mine = sound.current;
    if (!mine) return;
    if (playing) return mine.pause();
    mine.play().catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) setWrong(t.theBrowserCantPlayThis);
    });
  }

  return (
    <div className="player">
      <audio
        key={name}
        ref={sound}
        src={contentOf(name)}
        loop={loop}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) => Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)}
        onError={() => setWrong(t.thisClipCantBeLoaded)}
      />
      <Button icon={playing ? Pause : Play} onClick={toggle}>
        {playing ? common.pause : t.play}
      </Button>
      <input
        type="range"
        aria-label={t.position}
        min={0}
        max={length || 1}
        step={0.1}
        value={Math.min(at, length || 1)}
        aria-valuetext={fill(t.of, { at: lengthOf(at), of: lengthOf(length) })}
        onChange={(event) => sound.current && (sound.current.currentTime = Number(event.target.value))}
      />
      <span className="mono">
        {lengthOf(at)} / {lengthOf(length)}
      </span>
      <Level sound={sound} playing={playing} name={name} />
      {wrong && (
        <p className="error" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
