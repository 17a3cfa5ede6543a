import { Music } from "lucide-react";
import { useState } from "react";
import { Button } from "../../kit/Button";
import { audioName } from "../../model/clips";
import { panel as t } from "../../words/en/panel";
import { AudioDialog } from "../AudioDialog";
import type { DrawGroup } from "./draw";
import { Several } from "./Note";

/** What is played while the caller waits: the choice by name, on the button that changes it. */
export function Audio({ field, path, value, change, readOnly, ...note }: DrawGroup) {
  const [open, setOpen] = useState(false);
  return (
    <Several label={field.label} className="audio-choice" error={note.error} warning={note.warning}>
      <Button icon={Music} onClick={() => setOpen(true)} disabled={readOnly}>
        <span>{t.configureAudio}</span>
        <span className="chosen">{audioName(value)}</span>
      </Button>
      {open && (
        <AudioDialog
          path={path}
          value={value}
          onClose={() => setOpen(false)}
          onUse={(chosen) => {
            change(chosen);
            setOpen(false);
          }}
        />
      )}
    </Several>
  );
}
