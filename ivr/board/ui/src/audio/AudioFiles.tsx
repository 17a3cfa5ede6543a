import type { ClipRow } from "../model/types";
import { audio as t } from "../words/en/audio";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import "../styles/lists.css";
import { Music, Upload } from "lucide-react";
import { useState } from "react";
import { api } from "../api/client";
import { useLoad } from "../api/useLoad";
import { Page } from "../frame/Page";
import { useReadOnly } from "../frame/readOnly";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Confirm } from "../kit/Confirm";
import { Empty, Loading } from "../kit/Empty";
import { FileButton } from "../kit/FileButton";
import { Icon } from "../kit/Icon";
import { ProblemStrip, Strip } from "../kit/Strip";
import { useFiles } from "../kit/useFiles";
import { ClipTable } from "./ClipTable";
import { useBring } from "./useBring";

/** Whatever callers hear that was recorded: bringing it in, listening to it, and where it is used. */
export default function AudioFiles() {
  const readOnly = useReadOnly("editor");
  const clips = useLoad("/api/audio");
  const [going, setGoing] = useState<ClipRow | null>(null);
  const bring = useBring(clips.reload);
  const over = useFiles({ files: (files) => void bring.files(files) }, readOnly);
  const rows = clips.data;

  return (
    <Page title={common.audio}>
      <div className="things stack">
        {clips.loading && !rows && <Loading />}
        {clips.problem && <ProblemStrip problem={clips.problem} retry={clips.reload} />}
        {!readOnly && (
          <div className={`drop-place ${over ? "over" : ""}`}>
            <Icon of={Upload} size={18} />
            <span role="status">{bring.busy ? fill(common.bringingIn, { busy: bring.busy }) : t.dropSoundsAnywhereHereUp}</span>
            <FileButton
              icon={Music}
              label={t.chooseFiles}
              several
              accept="audio/*,.wav,.mp3,.ogg,.flac,.m4a"
              busy={bring.busy !== ""}
              onFiles={(files) => void bring.files(files)}
            />
          </div>
        )}
        {bring.refused.length > 0 && (
          <Strip
            kind="bad"
            text={
              <ul className="refused">
                {bring.refused.map(({ file, why }) => (
                  <li key={file}>
                    <strong>{file}</strong> {fill(t.wasNotTaken, { why })}
                  </li>
                ))}
              </ul>
            }
          >
            <Button onClick={bring.forget}>{common.close}</Button>
          </Strip>
        )}
        {rows?.length === 0 && <Empty icon={Music} text={t.noAudioFilesYetWhatever} />}
        {rows && rows.length > 0 && <ClipTable rows={rows} onRemove={readOnly ? undefined : setGoing} />}
      </div>
      {going && <Remove row={going} onClose={() => setGoing(null)} onDone={clips.reload} />}
    </Page>
  );
}

function Remove({ row, onClose, onDone }: { row: ClipRow; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={fill(common.delete, { name: row.name })}
      text={t.theSoundCantBeGot}
      action={t.deleteSound}
      danger
      run={async () => {
        await api.remove("/api/audio/{name}", { path: { name: row.name } });
        announce(fill(common.wasDeleted, { name: row.name }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
