import { useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import { Button } from "../kit/Button";
import { Strip } from "../kit/Strip";
import { toast } from "../kit/Toast";
import type { Saving } from "../model/saving";
import { useBoard, useBoardStore } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { fill } from "../words/fill";
import { Changes } from "./atHand";

function Conflict({ saving }: { saving: Extract<Saving, { state: "conflict" }> }) {
  const board = useBoardStore();
  const [shown, setShown] = useState(false);
  const choose = (keep: "mine" | "theirs") => {
    board
      .getState()
      .resolve(keep)
      .catch((error: unknown) => toast(asProblem(error).message, { kind: "bad" }));
  };
  return (
    <Strip kind="warn" text={t.thisFlowWasSavedElsewhere}>
      <Button size="small" onClick={() => setShown(true)}>
        {t.seeChanges}
      </Button>
      <Button size="small" onClick={() => choose("mine")}>
        {t.keepMine}
      </Button>
      <Button size="small" onClick={() => choose("theirs")}>
        {t.takeTheirs}
      </Button>
      {shown && <Changes theirs={saving.document} onClose={() => setShown(false)} />}
    </Strip>
  );
}

function copy(text: string): void {
  const hold = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
  };
  document.addEventListener("copy", hold, { capture: true, once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", hold, { capture: true });
  toast(t.copied, { kind: "ok" });
}

/** The state of what is on the board, as long as it is not simply saved. */
export function Strips() {
  const board = useBoardStore();
  const saving = useBoard((state) => state.saving);
  const again = () =>
    void board
      .getState()
      .flush()
      .catch(() => {});

  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (board.getState().saving.state !== "saved") event.preventDefault();
    };
    const hiding = () => document.visibilityState === "hidden" && board.getState().saving.state === "changed" && again();
    window.addEventListener("beforeunload", leaving);
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", hiding);
    return () => {
      window.removeEventListener("beforeunload", leaving);
      window.removeEventListener("online", again);
      document.removeEventListener("visibilitychange", hiding);
    };
  });

  if (saving.state === "conflict") return <Conflict saving={saving} />;
  if (saving.state === "offline") {
    return (
      <Strip kind="warn" text={t.notConnectedYourChangesAre}>
        <Button size="small" onClick={again}>
          {t.tryNow}
        </Button>
      </Strip>
    );
  }
  if (saving.state === "refused") {
    return (
      <Strip kind="bad" text={fill(t.notSavedWhy, { message: saving.problem.message })}>
        <Button size="small" onClick={again}>
          {common.tryAgain}
        </Button>
        <Button size="small" onClick={() => copy(saving.problem.message)}>
          {t.copy}
        </Button>
      </Strip>
    );
  }
  return null;
}
