import { api } from "../api/client";
import { announce } from "../kit/announce";
import { Confirm } from "../kit/Confirm";
import type { FlowRow } from "../model/types";

/** Asks before a flow is put away; of a live one, its name. */
export function DeleteFlow({ row, onClose, onDone }: { row: FlowRow; onClose: () => void; onDone: () => void }) {
  const live = row.revision !== null;
  const text = live ? "It is live. Calls that are on it end as they would; no new ones come in." : "Its draft goes with it.";
  return (
    <Confirm
      title={`Delete “${row.name}”?`}
      text={text}
      action="Delete flow"
      danger
      typed={live ? row.name : undefined}
      run={async () => {
        await api.remove("/api/flows/{id}", { path: { id: row.id } });
        announce(`${row.name} was deleted`);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
