import { CircleCheck, CloudOff, History, LoaderCircle, TriangleAlert } from "lucide-react";
import { useLoad } from "../api/useLoad";
import { Link } from "../app/Link";
import { to } from "../app/routes";
import { Icon } from "../kit/Icon";
import { useDesk } from "../model/desk";
import type { Saving } from "../model/saving";
import { useBoard, useBoardStore } from "../model/useBoard";
import { openSettings } from "./useCommands";

interface Row {
  id: string;
  revision: number | null;
}

const words: Record<Saving["state"], string> = {
  saved: "Draft saved",
  changed: "Saving…",
  saving: "Saving…",
  offline: "Kept here",
  refused: "Not saved",
  conflict: "Not saved",
};
const icons = {
  saved: CircleCheck,
  changed: LoaderCircle,
  saving: LoaderCircle,
  offline: CloudOff,
  refused: TriangleAlert,
  conflict: TriangleAlert,
};

function time(at: number | null): string {
  return at === null ? "" : ` ${new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}

function SaveState({ flow }: { flow: string }) {
  const saving = useBoard((state) => state.saving);
  const publishing = useDesk((desk) => desk.dialog === "publish");
  const { data } = useLoad<Row[]>(publishing ? null : "/api/flows");
  const revision = data?.find((row) => row.id === flow)?.revision;
  const live = revision ? `v${revision} live` : "not published";
  return (
    <span className={`save-state ${saving.state}`} data-state={saving.state}>
      <Icon of={icons[saving.state]} size={14} />
      <span className="word">
        {words[saving.state]}
        {saving.state === "saved" && time(saving.at)}
        {data && (
          <>
            {" · "}
            <Link to={to.versions(flow)} title="All versions">
              {live}
            </Link>
          </>
        )}
      </span>
    </span>
  );
}

/** The flow's name, which opens its settings, and what became of the last change. */
export function FlowName() {
  const board = useBoardStore();
  const flow = useBoard((state) => state.flow);
  const readOnly = useBoard((state) => state.readOnly);
  const ready = useBoard((state) => state.status === "ready");
  const name = flow.name || flow.id;
  return (
    <>
      <h1 className="here">
        <button
          type="button"
          className="flow-name"
          title="Settings of the flow"
          onClick={() => openSettings(board.getState().select)}
        >
          {name}
        </button>
      </h1>
      {ready && !readOnly && <SaveState flow={flow.id} />}
      {ready && readOnly && (
        <Link to={to.versions(flow.id)} className="save-state" aria-label="Versions">
          <Icon of={History} size={14} />
        </Link>
      )}
    </>
  );
}
