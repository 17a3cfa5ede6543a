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
  useTitle("Versions");
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
            <span className="here">Versions</span>
          </>
        }
      />
      {problem && <ProblemStrip problem={problem} retry={() => (revisions.reload(), draft.reload())} />}
      {!problem && !revisions.data && <Loading />}
      <main id="main" tabIndex={-1} className="versions">
        <div className="version-side">
          <h1 className="hidden">Versions of {name}</h1>
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
        title={`Restore version ${version} as the draft?`}
        text={
          "The draft becomes what that version was; what it says now is lost unless it was published. " +
          "Callers notice nothing until it is published."
        }
        action="Restore as draft"
        run={async () => {
          await api.post("/api/flows/{id}/revisions/{number}/restore", { path });
          announce(`The draft is version ${version} again`);
          go(to.flow(flow));
        }}
        onClose={onClose}
      />
    );
  return (
    <Confirm
      title={`Roll back to version ${version}?`}
      text={
        "New calls get that version at once. Calls that are under way stay on the version they began with, " +
        "and the draft stays as it is."
      }
      action="Roll back"
      run={async () => {
        await api.post("/api/flows/{id}/revisions/{number}/roll-back", { path });
        announce(`Version ${version} is live`);
        onDone();
      }}
      onClose={onClose}
    />
  );
}
