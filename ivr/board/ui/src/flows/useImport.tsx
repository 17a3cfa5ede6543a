import { useState } from "react";
import { asProblem } from "../api/problem";
import { announce } from "../kit/announce";
import { Confirm } from "../kit/Confirm";
import type { FlowDocument } from "../model/types";
import { go, to } from "../nav/routes";
import { flows as t } from "../words/en/flows";
import { fill } from "../words/fill";
import { bringIn, bringInText, isTaken, parsed } from "./rows";

type Document = Partial<FlowDocument>;

/** Bringing flows in by file, drop or paste; `problem` says what can't be brought in, `taken` which name is in use. */
export function useImport() {
  const [problem, setProblem] = useState("");
  const [taken, setTaken] = useState<Document | null>(null);

  async function text(read: string) {
    setProblem("");
    const document = parsed(read);
    try {
      open(await (document ? bringIn(document, false) : bringInText(read)), document ?? {});
    } catch (error) {
      if (document && isTaken(error)) setTaken(document);
      else setProblem(asProblem(error).message);
    }
  }

  async function files([file, ...more]: File[]) {
    if (!file) return;
    if (more.length) return setProblem(t.oneFileAtATime);
    await text(await file.text());
  }

  function forget() {
    setProblem("");
    setTaken(null);
  }

  return { problem, taken, forget, files, text: (read: string) => void text(read) };
}

function open(id: string, document: Document) {
  announce(fill(t.isHere, { name: document.name ?? id }));
  go(to.flow(id));
}

/** Asks what is to become of a flow whose id another one has. */
export function TakenDialog({ taken, onClose }: { taken: Document; onClose: () => void }) {
  return (
    <Confirm
      title={t.thisFlowIsHereAlready}
      text={fill(t.thereIsAFlowThe, { id: taken.id ?? "" })}
      action={t.bringInACopy}
      run={async () => open(await bringIn(taken, true), taken)}
      onClose={onClose}
    />
  );
}
