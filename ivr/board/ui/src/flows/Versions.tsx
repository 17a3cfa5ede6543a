import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { fill } from "../words/fill";
import "../styles/flows.css";
import { useState } from "react";
import { api } from "../api/client";
import { useLoad } from "../api/useLoad";
import { useTitle } from "../frame/Page";
import { useReadOnly } from "../frame/readOnly";
import { TopBar } from "../frame/TopBar";
import { announce } from "../kit/announce";
import { Confirm } from "../kit/Confirm";
import { Loading } from "../kit/Empty";
import { ProblemStrip } from "../kit/Strip";
import { Link } from "../nav/Link";
import { go, to, useSearch } from "../nav/routes";
import { type Version, versionOf } from "./compare";
import { VersionList } from "./VersionList";
import { VersionView } from "./VersionView";

interface Asked {
  what: "restore" | "roll-back";
  version: number;
}

/** What was published of a flow: looking at it, comparing, and going back. */
export default function Versions({ flow }: { flow: string }) {
  useTitle(common.versions);
  const readOnly = useReadOnly("publisher");
  const revisions = useLoad("/api/flows/{id}/revisions", { path: { id: flow } });
  const draft = useLoad("/api/flows/{id}/draft", { path: { id: flow } });
  const [params, change] = useSearch();
  const [asked, setAsked] = useState<Asked | null>(null);
  const rows = revisions.data ?? [];
  const live = rows.find((row) => row.live)?.number;
  const chosen = versionOf(params.get("version")) ?? live ?? "draft";
  const other = versionOf(params.get("with"));
  const problem = revisions.problem ?? draft.problem;

  const choose = (version: Version) => change({ version: String(version), ...(other === version && { with: null }) });
  const name = draft.data?.name ?? flow;
  return (
    <>
      <TopBar
        where={
          <>
            <Link to={to.flow(flow)}>{name}</Link>
            <span className="slash">/</span>
            <span className="here">{common.versions}</span>
          </>
        }
      />
      {problem && <ProblemStrip problem={problem} retry={() => (revisions.reload(), draft.reload())} />}
      {!problem && !revisions.data && <Loading />}
      <main id="main" tabIndex={-1} className="versions">
        <div className="version-side">
          <h1 className="hidden">{fill(t.versionsOf, { name })}</h1>
          <VersionList
            rows={rows}
            loaded={revisions.data !== undefined}
            chosen={chosen}
            readOnly={readOnly}
            onChoose={choose}
            onAsk={(what, version) => setAsked({ what, version })}
          />
        </div>
        {revisions.data && draft.data && (
          <VersionView
            flow={flow}
            draft={draft.data}
            rows={rows}
            chosen={chosen}
            other={other === chosen ? undefined : other}
            onOther={(version) => change({ version: String(chosen), with: version === undefined ? null : String(version) })}
          />
        )}
      </main>
      {asked && <Back flow={flow} {...asked} onClose={() => setAsked(null)} onDone={revisions.reload} />}
    </>
  );
}

function Back({ flow, what, version, onClose, onDone }: Asked & { flow: string; onClose: () => void; onDone: () => void }) {
  const path = { id: flow, number: version };
  if (what === "restore")
    return (
      <Confirm
        title={fill(t.restoreVersionAsTheDraft, { version })}
        text={t.theDraftBecomesWhatThat}
        action={t.restoreAsDraftNow}
        run={async () => {
          await api.post("/api/flows/{id}/revisions/{number}/restore", { path });
          announce(fill(t.theDraftIsVersionAgain, { version }));
          go(to.flow(flow));
        }}
        onClose={onClose}
      />
    );
  return (
    <Confirm
      title={fill(t.rollBackToVersion, { version })}
      text={t.newCallsGetThatVersion}
      action={t.rollBack}
      run={async () => {
        await api.post("/api/flows/{id}/revisions/{number}/roll-back", { path });
        announce(fill(common.versionIsLive, { version }));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
