import { api } from "../api/client";
import { announce } from "../kit/announce";
import { Confirm } from "../kit/Confirm";
import type { FlowRow } from "../model/types";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { fill } from "../words/fill";

/** Asks before a flow is put away; of a live one, its name. */
export function DeleteFlow({ row, onClose, onDone }: { row: FlowRow; onClose: () => void; onDone: () => void }) {
  const live = row.revision !== null;
  const text = live ? t.itIsLiveCallsThat : t.itsDraftGoesWithIt;
  return (
    <Confirm
      title={fill(common.delete, { name: row.name })}
      text={text}
      action={t.deleteFlow}
      danger
      typed={live ? row.name : undefined}
      run={async () => {
        await api.remove("/api/flows/{id}", { path: { id: row.id } });
        announce(fill(common.wasDeleted, { name: row.name }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
