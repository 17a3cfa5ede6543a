import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { fill } from "../words/fill";
import "../styles/phone.css";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { IconButton } from "../kit/Button";
import { Tabs } from "../kit/Tabs";
import { stretches } from "../model/bars";
import { flowOf } from "../model/call";
import { useDesk } from "../model/desk";
import { board } from "../model/store";
import type { CallEvent } from "../model/types";
import { nameOf, useDerived } from "../model/useBoard";
import { LiveBars } from "./Bars";
import { CallForm } from "./CallForm";
import { Handset } from "./Handset";
import { LiveVariables } from "./LiveVariables";
import { SoundButton, SoundHint, Sounds } from "./Sounds";
import { Timeline } from "./Timeline";
import { pickUp, putAway, useTestCall } from "./testCall";
import { Which } from "./Which";

const close = () => useDesk.setState({ phone: false });

type Tab = "timeline" | "variables" | "requests";

/** The test call: a phone beside the board. */
export default function Phone({ flow }: { flow: string }) {
  const call = useTestCall((state) => state.call);
  const derived = useDerived((all) => all);
  const [tab, setTab] = useState<Tab>("timeline");
  const requests = useMemo(() => stretches(call?.events ?? []).length > 0, [call]);
  const title = (event: CallEvent) => (flowOf(event) || !event.block ? "" : nameOf(derived, event.block));
  const choose = (number: number) => board.getState().show(number);
  const count = Object.keys(call?.variables ?? {}).length;

  useEffect(() => {
    pickUp(flow);
    return putAway;
  }, [flow]);

  return (
    <div className="phone">
      <div className="phone-head">
        <h2>{common.testCall}</h2>
        <Which />
        <span className="gap" />
        <SoundButton />
        <IconButton icon={X} size="small" label={t.closeTheTestCall} keys="T" onClick={close} />
      </div>
      <Sounds />
      <Handset flow={flow} />
      <SoundHint />
      <CallForm />
      <div className="phone-tabs">
        <Tabs
          label={common.theCall}
          tabs={[
            { id: "timeline", label: common.timeline },
            { id: "variables", label: count ? fill(common.variables, { count }) : common.variablesAlone },
            ...(requests ? [{ id: "requests" as const, label: common.requests }] : []),
          ]}
          chosen={requests || tab !== "requests" ? tab : "timeline"}
          onChoose={setTab}
        >
          {tab === "variables" ? (
            <LiveVariables variables={call?.variables ?? {}} />
          ) : tab === "requests" && requests && call ? (
            <LiveBars call={call} title={title} onBlock={choose} />
          ) : call ? (
            <Timeline
              events={call.events}
              title={title}
              port={(number, id) => derived.ports.get(number)?.find((one) => one.id === id)}
              onBlock={choose}
              end
            />
          ) : (
            <p className="nothing">{t.everythingThatHappensInThe}</p>
          )}
        </Tabs>
      </div>
    </div>
  );
}
