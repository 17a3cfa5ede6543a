import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { counted, fill } from "../words/fill";
import "../styles/flows.css";
import { FileUp, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { useLoad } from "../api/useLoad";
import { Alerts } from "../frame/Alerts";
import { Page } from "../frame/Page";
import { useReadOnly } from "../frame/readOnly";
import { Button } from "../kit/Button";
import { Loading } from "../kit/Empty";
import { FileButton } from "../kit/FileButton";
import { ProblemStrip, Strip } from "../kit/Strip";
import { useFiles } from "../kit/useFiles";
import { zone } from "../model/when";
import { useSearch } from "../nav/routes";
import { FlowTable } from "./FlowTable";
import { NewFlow } from "./NewFlow";
import { found } from "./rows";
import { Templates } from "./Templates";
import { TakenDialog, useImport } from "./useImport";

/** Every flow, and ways to a new one. */
export default function FlowList() {
  const readOnly = useReadOnly("editor");
  const flows = useLoad("/api/flows", { query: { zone } });
  const [params, change] = useSearch();
  const [making, setMaking] = useState(false);
  const bring = useImport();
  const over = useFiles({ files: (files) => void bring.files(files), text: bring.text }, readOnly);
  const rows = flows.data;
  const wanted = params.get("q") ?? "";
  const shown = rows && found(rows, wanted);

  const { reload } = flows;
  useEffect(() => {
    window.addEventListener("focus", reload); // another window may have changed something
    return () => window.removeEventListener("focus", reload);
  }, [reload]);

  const actions = rows && !readOnly && (
    <>
      <FileButton
        icon={FileUp}
        label={t.import}
        accept=".json,.yaml,.yml,.xml,.txt"
        onFiles={(files) => void bring.files(files)}
      />
      <Button kind={rows.length ? "primary" : "plain"} icon={Plus} onClick={() => setMaking(true)}>
        {t.newFlow}
      </Button>
    </>
  );

  return (
    <Page title={common.flows} actions={actions}>
      <div className={`flows stack ${over ? "over" : ""}`}>
        <Alerts />
        {flows.loading && !rows && <Loading />}
        {flows.problem && <ProblemStrip problem={flows.problem} retry={reload} />}
        {bring.problem && (
          <Strip kind="bad" text={bring.problem}>
            <Button onClick={bring.forget}>{common.close}</Button>
          </Strip>
        )}
        {rows && rows.length === 0 && <Templates readOnly={readOnly} />}
        {rows && rows.length > 0 && (
          <Search value={wanted} onChange={(q) => change({ q })} count={shown?.length ?? 0} of={rows.length} />
        )}
        {shown && shown.length > 0 && <FlowTable rows={shown} readOnly={readOnly} reload={reload} />}
        {rows && rows.length > 0 && shown?.length === 0 && (
          <p className="nothing">{fill(t.noFlowIsCalled, { typed: wanted })}</p>
        )}
        {over && <p className="drop-hint">{t.dropAFlowsFileTo}</p>}
      </div>
      {making && <NewFlow onClose={() => setMaking(false)} />}
      {bring.taken && <TakenDialog taken={bring.taken} onClose={bring.forget} />}
    </Page>
  );
}

function Search({
  value,
  onChange,
  count,
  of,
}: {
  value: string;
  onChange: (value: string) => void;
  count: number;
  of: number;
}) {
  return (
    <div className="row finder">
      <input
        type="search"
        className="input"
        aria-label={t.searchFlows}
        placeholder={t.searchByNameOrNumber}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="count" role="status">
        {value ? counted(t.ofFlows, of, { some: count }) : counted(t.countedFlows, of)}
      </span>
    </div>
  );
}
