import "../styles/phone.css";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "../kit/Button";
import { Tabs } from "../kit/Tabs";
import { flowOf } from "../model/call";
import { useDesk } from "../model/desk";
import { board } from "../model/store";
import { titleOf, useDerived } from "../model/useBoard";
import { CallForm } from "./CallForm";
import { Handset } from "./Handset";
import { LiveVariables } from "./LiveVariables";
import { SoundButton, SoundHint, Sounds } from "./Sounds";
import { Timeline } from "./Timeline";
import { pickUp, putAway, useTestCall } from "./testCall";
import { Which } from "./Which";

const close = () => useDesk.setState({ phone: false });

type Tab = "timeline" | "variables";

/** The test call: a phone beside the board. */
export default function Phone({ flow }: { flow: string }) {
  const call = useTestCall((state) => state.call);
  const derived = useDerived((all) => all);
  const [tab, setTab] = useState<Tab>("timeline");
  const count = Object.keys(call?.variables ?? {}).length;

  useEffect(() => {
    pickUp(flow);
    return putAway;
  }, [flow]);

  return (
    <div className="phone">
      <div className="phone-head">
        <h2>Test call</h2>
        <Which />
        <span className="gap" />
        <SoundButton />
        <IconButton icon={X} size="small" label="Close the test call" keys="T" onClick={close} />
      </div>
      <Sounds />
      <Handset flow={flow} />
      <SoundHint />
      <CallForm />
      <div className="phone-tabs">
        <Tabs
          label="The call"
          tabs={[
            { id: "timeline", label: "Timeline" },
            { id: "variables", label: count ? `Variables ${count}` : "Variables" },
          ]}
          chosen={tab}
          onChoose={setTab}
        >
          {tab === "variables" ? (
            <LiveVariables variables={call?.variables ?? {}} />
          ) : call ? (
            <Timeline
              events={call.events}
              title={(event) => (flowOf(event) ? "" : event.block ? titleOf(derived, event.block) : "")}
              port={(number, id) => derived.ports.get(number)?.find((one) => one.id === id)}
              onBlock={(number) => board.getState().show(number)}
              end
            />
          ) : (
            <p className="nothing">
              Everything that happens in the call shows here: what is said, which keys are pressed, what APIs answer.
            </p>
          )}
        </Tabs>
      </div>
    </div>
  );
}
