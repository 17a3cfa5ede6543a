import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLoad } from "../../api/useLoad";
import { IconButton } from "../../kit/Button";
import { contentOf, lengthOf } from "../../model/clips";
import { Link } from "../../nav/Link";
import { to } from "../../nav/routes";
import { common } from "../../words/en/common";
import { panel as t } from "../../words/en/panel";
import { fill } from "../../words/fill";
import type { DrawControl } from "./draw";

/** A clip of the audio library, with a way to hear it. */
export function Clip({ field, value, change, control, readOnly }: DrawControl) {
  const { data } = useLoad("/api/audio");
  const name = typeof value === "string" ? value : "";
  const gone = data !== undefined && name !== "" && !data.some((each) => each.name === name);
  return (
    <span className="clip">
      <select
        {...control}
        className="input"
        value={name}
        disabled={readOnly}
        onChange={(event) => change(event.target.value || (field.required ? "" : undefined))}
      >
        <option value="">{field.required ? t.chooseAClip : common.none}</option>
        {(gone || (name && !data)) && <option value={name}>{gone ? fill(t.notInTheLibrary, { name }) : name}</option>}
        {data?.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name} · {lengthOf(each.seconds)}
          </option>
        ))}
      </select>
      {name && !gone && <Listen name={name} />}
      {data?.every((each) => each.shipped) && !readOnly && (
        <Link to={to.audio} className="button link small">
          {t.library}
        </Link>
      )}
    </span>
  );
}

function Listen({ name }: { name: string }) {
  const sound = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => () => sound.current?.pause(), [name]);

  function toggle() {
    if (playing) return sound.current?.pause();
    sound.current?.play().catch(() => setPlaying(false));
  }

  return (
    <>
      <IconButton
        icon={playing ? Pause : Play}
        label={playing ? t.stopListening : fill(common.listenTo, { name })}
        onClick={toggle}
      />
      <audio
        ref={sound}
        src={contentOf(name)}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
    </>
  );
}
