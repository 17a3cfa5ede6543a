import { useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import { Button } from "../kit/Button";
import { Strip } from "../kit/Strip";
import { toast } from "../kit/Toast";
import type { Saving } from "../model/saving";
import { useBoard, useBoardStore } from "../model/useBoard";
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
    <Strip kind="warn" text="This flow was saved elsewhere since. Your changes are not saved.">
      <Button size="small" onClick={() => setShown(true)}>
        See changes
      </Button>
      <Button size="small" onClick={() => choose("mine")}>
        Keep mine
      </Button>
      <Button size="small" onClick={() => choose("theirs")}>
        Take theirs
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
  toast("Copied", { kind: "ok" });
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
      <Strip kind="warn" text="Not connected. Your changes are kept here, and saved as soon as the server answers.">
        <Button size="small" onClick={again}>
          Try now
        </Button>
      </Strip>
    );
  }
  if (saving.state === "refused") {
    return (
      <Strip kind="bad" text={`Not saved: ${saving.problem.message}`}>
        <Button size="small" onClick={again}>
          Try again
        </Button>
        <Button size="small" onClick={() => copy(saving.problem.message)}>
          Copy
        </Button>
      </Strip>
    );
  }
  return null;
}
