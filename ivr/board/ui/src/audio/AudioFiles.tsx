import type { ClipRow } from "../model/types";
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
    <Page title="Audio">
      <div className="things stack">
        {clips.loading && !rows && <Loading />}
        {clips.problem && <ProblemStrip problem={clips.problem} retry={clips.reload} />}
        {!readOnly && (
          <div className={`drop-place ${over ? "over" : ""}`}>
            <Icon of={Upload} size={18} />
            <span role="status">
              {bring.busy ? `Bringing in ${bring.busy}…` : "Drop sounds anywhere here: up to 10 minutes and 20 MB each"}
            </span>
            <FileButton
              icon={Music}
              label="Choose files"
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
                    <strong>{file}</strong> was not taken: {why}
                  </li>
                ))}
              </ul>
            }
          >
            <Button onClick={bring.forget}>Close</Button>
          </Strip>
        )}
        {rows?.length === 0 && <Empty icon={Music} text="No audio files yet. Whatever callers are to hear can be put here." />}
        {rows && rows.length > 0 && <ClipTable rows={rows} onRemove={readOnly ? undefined : setGoing} />}
      </div>
      {going && <Remove row={going} onClose={() => setGoing(null)} onDone={clips.reload} />}
    </Page>
  );
}

function Remove({ row, onClose, onDone }: { row: ClipRow; onClose: () => void; onDone: () => void }) {
  return (
    <Confirm
      title={`Delete “${row.name}”?`}
      text="The sound can't be got back. While a flow plays it, it stays."
      action="Delete sound"
      danger
      run={async () => {
        await api.remove("/api/audio/{name}", { path: { name: row.name } });
        announce(`${row.name} was deleted`);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
