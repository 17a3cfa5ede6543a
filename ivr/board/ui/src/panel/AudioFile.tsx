import { Upload } from "lucide-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { useLoad } from "../api/useLoad";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Loading } from "../kit/Empty";
import { Icon } from "../kit/Icon";
import { ProblemStrip } from "../kit/Strip";
import { lengthOf } from "../model/clips";
import type { ClipRow } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { Player } from "./Player";

/** A clip of the library, or one that is brought in now. */
export function AudioFile({ name, onChoose }: { name: string; onChoose: (name: string) => void }) {
  const clips = useLoad("/api/audio");
  const group = useId();
  const there = clips.data?.some((clip) => clip.name === name);
  return (
    <>
      <Drop
        onAdded={(clip) => {
          clips.reload();
          onChoose(clip.name);
        }}
      />
      {clips.problem && <ProblemStrip problem={clips.problem} retry={clips.reload} />}
      {clips.loading && !clips.data && <Loading />}
      <div className="clip-list" role="radiogroup" aria-label={t.library} tabIndex={-1}>
        {clips.data?.map((clip) => (
          <label key={clip.name} className="clip-row">
            <input type="radio" name={group} checked={clip.name === name} onChange={() => onChoose(clip.name)} />
            <span className="clip-name">{clip.name}</span>
            <span className="mono">{lengthOf(clip.seconds)}</span>
          </label>
        ))}
      </div>
      {name && clips.data && !there && !clips.loading && <p className="warning">{fill(t.isNotInTheLibrary, { name })}</p>}
      {name && there && <Player name={name} loop />}
    </>
  );
}

function Drop({ onAdded }: { onAdded: (clip: ClipRow) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState("");
  const [wrong, setWrong] = useState("");

  async function bring(file: File | undefined) {
    if (!file) return;
    setWrong("");
    setBusy(file.name);
    const form = new FormData();
    form.append("file", file);
    try {
      const clip = await api.post("/api/audio", { body: form });
      announce(fill(t.isInTheLibrary, { name: clip.name }));
      onAdded(clip);
    } catch (error) {
      setWrong(asProblem(error).message);
    } finally {
      setBusy("");
      if (input.current) input.current.value = "";
    }
  }

  function dropped(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void bring(event.dataTransfer.files[0]);
  }

  return (
    <div
      className={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => (event.preventDefault(), setOver(true))}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <Icon of={Upload} size={18} />
      <span>{busy ? fill(common.bringingIn, { busy }) : t.dropASoundHereUp}</span>
      <Button size="small" busy={busy !== ""} onClick={() => input.current?.click()}>
        {t.chooseAFile}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept="audio/*,.wav,.mp3,.ogg,.flac,.m4a"
        aria-label={t.sound}
        onChange={(event) => void bring(event.target.files?.[0])}
      />
      {wrong && (
        <p className="error" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
