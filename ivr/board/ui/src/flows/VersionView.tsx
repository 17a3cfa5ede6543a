import { useMemo, useState } from "react";
import { useLoad } from "../api/useLoad";
import { late } from "../kit/late";
import { ProblemStrip } from "../kit/Strip";
import type { FlowDocument, Revision } from "../model/types";
import { Changes } from "../publish/Changes";
import { flows as t } from "../words/en/flows";
import { inOrder, outlines, together, type Version, versionName } from "./compare";

const ReadOnlyBoard = late(async () => (await import("../board/ReadOnlyBoard")).default);

interface Props {
  flow: string;
  draft: FlowDocument;
  rows: readonly Revision[];
  chosen: Version;
  /** The version it is compared with. */
  other: Version | undefined;
  onOther: (version: Version | undefined) => void;
}

/** A version on a board, or what is different between two. */
export function VersionView({ flow, draft, rows, chosen, other, onOther }: Props) {
  const [older, newer] = other === undefined ? [undefined, chosen] : inOrder(chosen, other);
  const [block, setBlock] = useState<number | null>(null);
  const shown = useDocument(flow, draft, newer);
  const before = useDocument(flow, draft, older);
  const diff = useLoad(older === undefined ? null : "/api/flows/{id}/diff", {
    path: { id: flow },
    query: { from: older, to: newer },
  });
  const changes = diff.data?.changes;
  const document = useMemo(
    () => (shown.data && before.data ? together(before.data, shown.data) : older === undefined ? shown.data : undefined),
    [shown.data, before.data, older],
  );
  const outline = useMemo(() => (changes ? outlines(changes) : undefined), [changes]);
  const problem = shown.problem ?? before.problem ?? diff.problem;
  const title = older === undefined ? versionName(chosen) : `${versionName(older)} → ${versionName(newer).toLowerCase()}`;

  return (
    <section className="version-view" aria-label={title}>
      <div className="version-bar">
        <h2>{title}</h2>
        <span className="gap" />
        <CompareWith rows={rows} chosen={chosen} other={other} onOther={onOther} />
      </div>
      {problem && <ProblemStrip problem={problem} />}
      <div className="version-board">
        {document && <ReadOnlyBoard key={title} document={document} outline={outline} chosen={block} onChoose={setBlock} />}
      </div>
      {older !== undefined && changes && (
        <div className="version-words" role="region" aria-label={t.differences} tabIndex={0}>
          <h3>{changes.length === 0 ? t.theyAreTheSame : t.whatIsDifferent}</h3>
          <Changes changes={changes} onChoose={setBlock} />
        </div>
      )}
    </section>
  );
}

/** The document of a version; the draft is there already. */
function useDocument(flow: string, draft: FlowDocument, version: Version | undefined) {
  const wanted = typeof version === "number" ? version : null;
  const { data, problem } = useLoad(wanted === null ? null : "/api/flows/{id}/revisions/{number}", {
    path: { id: flow, number: wanted ?? 0 },
  });
  return version === "draft" ? { data: draft, problem: null } : { data: wanted ? data : undefined, problem };
}

function CompareWith({ rows, chosen, other, onOther }: Pick<Props, "rows" | "chosen" | "other" | "onOther">) {
  const there: Version[] = ["draft", ...rows.map((row) => row.number)];
  const choices = there.filter((version) => version !== chosen);
  return (
    <label>
      {t.compareWith}
      <select
        className="input"
        value={other ?? ""}
        disabled={choices.length === 0}
        onChange={(event) => onOther(choices.find((version) => String(version) === event.target.value))}
      >
        <option value="">{t.nothing}</option>
        {choices.map((version) => (
          <option key={version} value={version}>
            {versionName(version)}
            {rows.some((row) => row.number === version && row.live) ? t.live : ""}
          </option>
        ))}
      </select>
    </label>
  );
}
