import { isTree } from "../api/digits";
import { brief, take } from "../model/reply";
import type { Value } from "../model/types";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
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
  if (!reply.port) return <p className="taken">{t.onlyALaterAnswerCounts}</p>;
  const told = reply.variables.find((each) => each.query === query);
  const tree = isTree(reply.value);
  const found = tree ? take(query, reply.value, reply.body.trimStart().startsWith("<")) : null;
  const there = told?.found ? told : found;
  if (there?.found) {
    const missing = there.value === null && typeof row.default === "string";
    return missing ? <p className="taken">{t.nullSoTheDefaultCounts}</p> : <Takes value={there.value} />;
  }
  if (found === null && tree && !told) return <p className="taken">{t.testAgainToSeeWhat}</p>;
  if (reply.cut && !told) return <p className="taken">{t.testAgainToSeeWhat}</p>;
  const hint = told?.hint || (found && !found.found ? found.hint : "");
  return (
    <p className="taken warning">
      {fill(t.notInThisReply, { hint })} {!tree && !reply.cut && t.itIsNeitherJsonNor}
    </p>
  );
}

function Takes({ value }: { value: Value }) {
  return (
    <p className="taken ok">
      {t.takes} <code>{brief(value)}</code>
    </p>
  );
}
