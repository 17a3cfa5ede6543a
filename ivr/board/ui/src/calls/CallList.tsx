import { calls as t } from "../words/en/calls";
import { common } from "../words/en/common";
import "../styles/calls.css";
import { Page } from "../frame/Page";
import { Tabs } from "../kit/Tabs";
import { useSearch } from "../nav/routes";
import { Calls } from "./Calls";
import { Stats } from "./Stats";

/** Calls, and figures about them. What is shown stands in the address. */
export default function CallList() {
  const [search, change] = useSearch();
  const view = search.get("view") === "statistics" ? "statistics" : "calls";
  return (
    <Page title={common.calls}>
      <div className="calls">
        <Tabs
          label={common.calls}
          tabs={[
            { id: "calls", label: common.calls },
            { id: "statistics", label: t.statistics },
          ]}
          chosen={view}
          onChoose={(id) => change({ view: id === "statistics" ? id : null })}
        >
          {view === "statistics" ? <Stats /> : <Calls />}
        </Tabs>
      </div>
    </Page>
  );
}
