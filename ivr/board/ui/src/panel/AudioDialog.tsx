import { AudioLines, FileAudio, type LucideIcon, Music } from "lucide-react";
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { Icon } from "../kit/Icon";
import { DEFAULT_CLIP } from "../model/clips";
import type { Config, Value } from "../model/types";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { AudioFile } from "./AudioFile";
import { AudioSpeech } from "./AudioSpeech";
import { Player } from "./Player";

const sources: { type: string; label: string; about: string; icon: LucideIcon }[] = [
  { type: "default", label: common.defaultAudio, about: t.calmMusicThatComesWith, icon: Music },
  { type: "speech", label: t.textToSpeech, about: t.yourWordsSaidAgainAnd, icon: AudioLines },
  { type: "file", label: t.audioFile, about: t.aTuneOrClipOf, icon: FileAudio },
];

interface Props {
  path: string;
  value: Value;
  onUse: (value: Config) => void;
  onClose: () => void;
}

/** Choose the audio that is played, on a loop, until the answer is there. Nothing changes until it is used. */
export function AudioDialog({ path, value, onUse, onClose }: Props) {
  const [all, setAll] = useState<Record<string, Config>>(() => {
    const now = (value ?? { type: "default" }) as Config;
    return {
      default: { type: "default" },
      speech: { type: "speech", text: "" },
      file: { type: "file", file: "" },
      [now.type]: now,
    };
  });
  const [type, setType] = useState(() => (value as Config | null)?.type ?? "default");
  const chosen: Config = all[type] ?? { type };
  const change = (more: Record<string, Value>) => setAll({ ...all, [type]: { ...chosen, ...more } });
  const ready = type === "default" || Boolean(type === "file" ? chosen.file : String(chosen.text ?? "").trim());
  return (
    <Dialog
      title={t.configureAudio}
      wide
      className="audio-dialog"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" disabled={!ready} onClick={() => onUse(chosen)}>
            {t.useThisAudio}
          </Button>
        </>
      }
    >
      <div className="audio-columns">
        <fieldset className="sources">
          <legend>{t.chooseWaitTimeAudio}</legend>
          {sources.map((source) => (
            <label key={source.type} className="source">
              <input
                type="radio"
                name="source"
                data-first={source.type === type ? "" : undefined}
                checked={source.type === type}
                onChange={() => setType(source.type)}
              />
              <Icon of={source.icon} size={18} />
              <span>
                <strong>{source.label}</strong>
                <small>{source.about}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="source-body">
          {type === "default" && (
            <>
              <p className="help">{t.playedOnALoopUntil}</p>
              <Player name={DEFAULT_CLIP} loop />
            </>
          )}
          {type === "speech" && <AudioSpeech path={path} value={chosen} onChange={change} />}
          {type === "file" && <AudioFile name={String(chosen.file ?? "")} onChoose={(file) => change({ file })} />}
        </div>
      </div>
    </Dialog>
  );
}
