import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { Checked, FlowDocument } from "../model/types";

type Ports = Checked["ports"];

const none: Ports = {};
const asked = new WeakMap<FlowDocument, Promise<Ports>>();

/** The ways out that each block of a document has by its settings, as soon as the server has told them: those of a web
 * call that goes on are others than those of one that waits. */
export function useOwnPorts(document: FlowDocument | null): Ports {
  const [ports, setPorts] = useState(none);
  useEffect(() => {
    let gone = false;
    if (document) void told(document).then((found) => gone || setPorts(found));
    return () => {
      gone = true;
      setPorts(none);
    };
  }, [document]);
  return ports;
}

function told(document: FlowDocument): Promise<Ports> {
  let answer = asked.get(document);
  if (!answer) {
    answer = api.post("/api/check", { body: { document, blocks: [] } }).then(
      (checked) => checked.ports,
      () => none,
    );
    asked.set(document, answer);
  }
  return answer;
}
