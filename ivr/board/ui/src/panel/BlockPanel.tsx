import { type FunctionComponent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useBootstrap } from "../model/bootstrap";
import { isCurl } from "../model/curl";
import { useDesk } from "../model/desk";
import { get } from "../model/path";
import type { Available } from "../model/types";
import { useAvailable, useBlock, useBoard, useBoardStore, useDerived, useProblems } from "../model/useBoard";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { CurlButtons, PasteCurl } from "./Curl";
import { forgetCaret } from "./caret";
import { Exits } from "./Exits";
import { focusIn } from "./focus";
import { Head } from "./Head";
import { Help } from "./Prose";
import { RowNotes, type RowProps } from "./rows";
import { SchemaForm } from "./SchemaForm";
import { byPath, type Scope, ScopeProvider } from "./scope";
import { TakenNote } from "./TakenNote";
import { TestRequest } from "./TestRequest";
import { useStuck } from "./useStuck";
import { Variables } from "./Variables";
import { widgets } from "./widgets";

interface Tool {
  /** At the end of which group. */
  after: Record<string, ReactNode>;
  rows?: FunctionComponent<RowProps>;
  /** A text that fills in the whole block when it is pasted into this field, and the dialog for it. */
  pastes?: { path: string; is: (text: string) => boolean; dialog: FunctionComponent<{ start: string; onClose: () => void }> };
}

/** What some actions have besides their fields. Any other action needs nothing here. */
const tools: Record<string, Tool> = {
  external_web_call: {
    after: {
      Inputs: (
        <>
          <TestRequest />
          <CurlButtons />
        </>
      ),
    },
    rows: TakenNote,
    pastes: { path: "url", is: isCurl, dialog: PasteCurl },
  },
};

/** What is there in every call. */
function system(): Available[] {
  const rows = useBootstrap.getState().bootstrap?.system_variables ?? [];
  return rows.map(({ name, help }) => ({ name, help, block: 0, maybe: false }));
}

/** The settings of one block, all of them made from its action's schema. */
export function BlockPanel({ flow, number }: { flow: string; number: number }) {
  const store = useBoardStore();
  const panel = useRef<HTMLDivElement>(null);
  const block = useBlock(number);
  const action = useDerived((derived) => derived.actions.get(number));
  const readOnly = useBoard((state) => state.readOnly);
  const reference = useBootstrap((state) => state.bootstrap?.reference ?? "");
  const set = useAvailable(number);
  const available = useMemo(() => [...(set ?? []).filter((each) => each.block !== 0), ...system()], [set]);
  const problems = useProblems(number);
  const sorted = useMemo(() => byPath(problems), [problems]);
  const wish = useDesk((desk) => (desk.focus?.number === number ? desk.focus : null));

  const [pasted, setPasted] = useState<string | null>(null);

  useStuck(panel, number);
  useEffect(() => () => forgetCaret(), []);
  useEffect(() => {
    if (wish && panel.current) focusIn(panel.current, wish.path);
  }, [wish?.turn]);

  if (!block) return null;
  if (!action) {
    return (
      <div className="panel">
        <p className="panel-note">{fill(t.thisServerDoesNotKnow, { type: block.action.type })}</p>
      </div>
    );
  }
  const tool = tools[action.type];
  const pastes = readOnly ? undefined : tool?.pastes;
  const scope: Scope = {
    flow,
    block: number,
    action,
    config: block.action,
    root: action.schema,
    readOnly,
    available,
    seen: set !== null,
    reference,
    problems: sorted,
    widgets,
    set: (path, value) => store.getState().setConfig(number, path, value),
    now: (path) => get(store.getState().derived().blocks.get(number)?.action, path),
    takes: (path, text) => {
      const taken = path === pastes?.path && pastes.is(text);
      if (taken) setPasted(text);
      return taken;
    },
  };
  const own = [...(sorted.get("") ?? []), ...(sorted.get("disabled") ?? [])];
  return (
    <ScopeProvider value={scope}>
      <div className="panel" ref={panel}>
        <Head number={number} action={action} title={block.title} readOnly={readOnly} />
        {own.map((problem) => (
          <p key={problem.code + problem.message} className={`panel-note ${problem.level}`}>
            {problem.message} {problem.hint}
          </p>
        ))}
        {Object.keys(action.schema.properties ?? {}).length === 0 && (
          <p className="panel-note">
            <Help text={action.help} />
          </p>
        )}
        {!action.trigger && <Variables />}
        <RowNotes value={tool?.rows ?? null}>
          <SchemaForm after={tool?.after} />
        </RowNotes>
        <Exits number={number} />
        {pastes && pasted !== null && <pastes.dialog start={pasted} onClose={() => setPasted(null)} />}
      </div>
    </ScopeProvider>
  );
}
