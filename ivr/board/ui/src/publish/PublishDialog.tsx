import type { Change } from "../model/types";
import { common } from "../words/en/common";
import { publish as t } from "../words/en/publish";
import { fill } from "../words/fill";
import "../styles/flows.css";
import { useEffect, useState } from "react";
import { api } from "../api/client";
import { asProblem, type FlowProblem, type Problem } from "../api/problem";
import { announce } from "../kit/announce";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { ProblemStrip, Strip } from "../kit/Strip";
import { focusField, openSettings } from "../model/desk";
import { board } from "../model/store";
import { useBoard } from "../model/useBoard";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { Changes } from "./Changes";

import { Found } from "./Found";
import { Notes } from "./PublishNotes";

interface Plan {
  /** Null: nothing is live yet. */
  changes: readonly Change[] | null;
  /** Those whose calls the flow answers; null when no call comes in to it. */
  numbers: string[] | null;
}

/** Save what is on the screen, and tell what would change for callers. */
async function planned(flow: string): Promise<Plan> {
  await board.getState().flush();
  const [versions, all] = await Promise.all([
    api.get("/api/flows/{id}/revisions", { path: { id: flow } }),
    api.get("/api/numbers"),
  ]);
  const rings = board.getState().flow.blocks.some((block) => block.action.type === "inbound_call");
  const numbers = rings ? all.filter((one) => one.flow === flow).map((one) => one.number) : null;
  if (!versions.some((one) => one.live)) return { changes: null, numbers };
  const { changes } = await api.get("/api/flows/{id}/diff", { path: { id: flow }, query: { from: "live", to: "draft" } });
  return { changes, numbers };
}

interface Props {
  flow: string;
  onClose: () => void;
}

/** What would go live, and the button that makes it so. */
export default function PublishDialog({ flow, onClose }: Props) {
  const checked = useBoard((state) => state.checked.problems);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [words, setWords] = useState({ note: "", name: "" });
  const [busy, setBusy] = useState(false);
  const [live, setLive] = useState(0);

  useEffect(() => {
    planned(flow).then(setPlan, (error: unknown) => setProblem(asProblem(error)));
  }, [flow]);

  const problems = problem?.problems.length ? problem.problems : checked;
  const errors = problems.filter((one) => one.level === "error");
  const same = plan?.changes?.length === 0;

  async function publish() {
    setBusy(true);
    setProblem(null);
    try {
      const ifMatch = board.getState().etag();
      const { revision } = await api.post("/api/flows/{id}/publish", { path: { id: flow }, body: words, ifMatch });
      setLive(revision);
      announce(fill(t.versionIsLive, { revision }));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }

  function jump({ block, path }: FlowProblem) {
    onClose();
    if (block === 0) return openSettings(board.getState().select);
    board.getState().show([block]);
    focusField(block, path);
  }

  if (live) return <Done flow={flow} version={live} numbers={plan?.numbers ?? null} onClose={onClose} />;
  const footer = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" busy={busy || !plan} disabled={errors.length > 0 || same} onClick={() => void publish()}>
        {common.publish}
      </Button>
    </>
  );
  return (
    <Dialog title={common.publish} wide className="publish" onClose={onClose} footer={footer}>
      <div className="stack">
        {problem && problem.problems.length === 0 && <ProblemStrip problem={problem} />}
        {!plan && !problem && <p className="aside">{t.lookingAtWhatChanged}</p>}
        <Found problems={errors} level="error" onJump={jump} />
        {plan && <WhatChanges plan={plan} />}
        <Found problems={problems.filter((one) => one.level !== "error")} level="warning" onJump={jump} />
        <Notes words={words} onChange={setWords} />
        <p className="aside">{t.callsThatAreUnderWay}</p>
      </div>
    </Dialog>
  );
}

function WhatChanges({ plan: { changes, numbers } }: { plan: Plan }) {
  if (changes === null) {
    return <p>{numbers?.length ? fill(t.firstVersionAnswers, { numbers: numbers.join(", ") }) : t.firstVersion}</p>;
  }
  if (changes.length === 0) return <Strip text={t.theDraftIsWhatIs} />;
  return (
    <section aria-label={t.changesSinceTheLiveVersion}>
      <h3>{t.changesSinceTheLiveVersion}</h3>
      <Changes changes={changes} />
    </section>
  );
}

function Done({ flow, version, numbers, onClose }: Props & { version: number; numbers: Plan["numbers"] }) {
  const unreached = numbers?.length === 0;
  const footer = (
    <>
      {unreached && (
        <Link to={to.numbers} className="button">
          {common.numbers}
        </Link>
      )}
      <Link to={to.versions(flow)} className="button">
        {common.versions}
      </Link>
      <Button kind="primary" data-first onClick={onClose}>
        {t.backToTheBoard}
      </Button>
    </>
  );
  return (
    <Dialog key="done" title={fill(common.versionIsLive, { version })} className="publish" onClose={onClose} footer={footer}>
      {unreached ? <Strip kind="warn" text={t.noNumberLeadsToThis} /> : <p>{t.newCallsGetItFrom}</p>}
    </Dialog>
  );
}
