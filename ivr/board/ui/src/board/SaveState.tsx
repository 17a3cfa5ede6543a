import { CircleCheck, CloudOff, LoaderCircle, TriangleAlert } from "lucide-react";
import { Icon } from "../kit/Icon";
import type { Saving } from "../model/saving";
import { useBoard } from "../model/useBoard";
import { clock } from "../model/when";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
import { usePublished } from "./usePublished";

const words: Record<Saving["state"], string> = {
  saved: t.draftSaved,
  changed: t.saving,
  saving: t.saving,
  offline: t.keptHere,
  refused: t.notSaved,
  conflict: t.notSaved,
};
const icons = [
  { icon: CircleCheck, of: ["saved"] },
  { icon: LoaderCircle, of: ["changed", "saving"] },
  { icon: CloudOff, of: ["offline"] },
  { icon: TriangleAlert, of: ["refused", "conflict"] },
];

function time(at: number | null): string {
  return at === null ? "" : ` ${clock(at)}`;
}

/**
 * Whether the last change is saved, and what is live. No element leaves the page when this changes: else Chromium's undo in
 * a field would begin a new step there, in the middle of a word.
 */
export function SaveState({ flow }: { flow: string }) {
  const saving = useBoard((state) => state.saving);
  const revision = usePublished(flow);
  const live = revision ? fill(t.vLive, { revision }) : t.notPublished;
  return (
    <span className={`save-state ${saving.state}`} data-state={saving.state}>
      {icons.map(({ icon, of }) => (
        <span key={of[0]} hidden={!of.includes(saving.state)}>
          <Icon of={icon} size={14} />
        </span>
      ))}
      <span className="word">
        {words[saving.state] + (saving.state === "saved" ? time(saving.at) : "")}
        {revision !== undefined && (
          <>
            {" · "}
            <Link to={to.versions(flow)} title={t.allVersions}>
              {live}
            </Link>
          </>
        )}
      </span>
    </span>
  );
}
