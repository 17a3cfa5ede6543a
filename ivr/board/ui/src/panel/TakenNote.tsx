import { isTree } from "../api/digits";
import { brief, take } from "../model/reply";
import type { Value } from "../model/types";
import { useScope } from "./scope";
import { useTrial } from "./trials";

interface Props {
  path: string;
  row: Record<string, Value>;
}

/** Below a response variable: what it would take from the last answer to a test request. */
export function TakenNote({ path, row }: Props) {
  const { flow, block } = useScope();
  const { reply } = useTrial(flow, block);
  const query = typeof row.query === "string" ? row.query : "";
  if (!path.startsWith("response_variables[") || !reply || reply.status === null || !query) return null;
  const told = reply.variables.find((each) => each.query === query);
  const tree = isTree(reply.value);
  const found = tree ? take(query, reply.value, reply.body.trimStart().startsWith("<")) : null;
  if (told?.found) return <Takes value={told.value} />;
  if (found?.found) return <Takes value={found.value} />;
  if (found === null && tree && !told) return <p className="taken">Test again to see what this takes.</p>;
  if (reply.cut && !told) return <p className="taken">Test again to see what this takes.</p>;
  const hint = told?.hint || (found && !found.found ? found.hint : "");
  return (
    <p className="taken warning">
      Not in this reply. {hint} {!tree && !reply.cut && "It is neither JSON nor XML."}
    </p>
  );
}

function Takes({ value }: { value: Value }) {
  return (
    <p className="taken ok">
      Takes <code>{brief(value)}</code>
    </p>
  );
}
