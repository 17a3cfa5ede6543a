import { useMemo } from "react";
import { Dialog } from "../kit/Dialog";
import { differences } from "../model/differences";
import { read } from "../model/document";
import type { FlowDocument } from "../model/types";
import { useBoard } from "../model/useBoard";
import { overlays as t } from "../words/en/overlays";

/** What the other draft has otherwise than this one. */
export function Changes({ theirs, onClose }: { theirs: FlowDocument; onClose: () => void }) {
  const flow = useBoard((state) => state.flow);
  const places = useBoard((state) => state.places);
  const notes = useBoard((state) => state.notes);
  const found = useMemo(() => differences({ flow, places, notes }, read(theirs)), [flow, places, notes, theirs]);
  return (
    <Dialog title={t.whatIsDifferentInTheirs} onClose={onClose}>
      {found.length ? (
        <ul className="changes">
          {found.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : (
        <p>{t.nothingBothAreAlike}</p>
      )}
    </Dialog>
  );
}
