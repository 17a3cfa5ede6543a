import { type NodeProps, NodeResizer } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { TextArea } from "../kit/TextArea";
import { useBoard, useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";

const least = { width: 120, height: 64 };

/** A note for people. Callers never meet it. */
export function NoteNode({ id, selected }: NodeProps) {
  const index = Number(id.slice(5));
  const board = useBoardStore();
  const note = useBoard((state) => state.notes[index]);
  const readOnly = useBoard((state) => state.readOnly);
  const field = useRef<HTMLTextAreaElement>(null);
  const fresh = useRef(note?.text === "");
  useEffect(() => {
    if (fresh.current && !readOnly) field.current?.focus({ preventScroll: true });
  }, [readOnly]);
  if (!note) return null;

  function write(text: string): void {
    board.getState().setNotes((notes) => notes.map((one, at) => (at === index ? { ...one, text } : one)), `note ${index}`);
  }

  return (
    <>
      <NodeResizer
        isVisible={selected && !readOnly}
        minWidth={least.width}
        minHeight={least.height}
        onResizeEnd={(_, { x, y, width, height }) =>
          board
            .getState()
            .setNotes((notes) =>
              notes.map((one, at) =>
                at === index ? { ...one, place: [x, y], size: [Math.round(width), Math.round(height)] } : one,
              ),
            )
        }
      />
      <div className={`note ${selected ? "selected" : ""}`}>
        <TextArea
          ref={field}
          className="nodrag nowheel"
          aria-label={common.note}
          placeholder={t.aNoteForOtherAuthors}
          readOnly={readOnly}
          maxLength={2000}
          value={note.text}
          onChange={(event) => write(event.target.value)}
        />
      </div>
    </>
  );
}
