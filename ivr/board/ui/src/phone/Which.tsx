import { useBoard } from "../model/useBoard";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { isUp, useTestCall, versionCalled } from "./testCall";

const choices = [
  { id: "draft", label: common.draft, title: t.callTheFlowAsIt },
  { id: "live", label: common.live, title: t.callTheFlowAsCallers },
] as const;

/** Which version is called. A call that is under way stays with its own. Those who only look call what is live. */
export function Which() {
  const chosen = useTestCall((state) => state.which);
  const up = useTestCall(isUp);
  const looks = useBoard((state) => state.readOnly);
  const which = versionCalled(chosen, looks);
  return (
    <div className="which" role="group" aria-label={t.versionToCall}>
      {choices
        .filter(({ id }) => id === "live" || !looks)
        .map(({ id, label, title }) => (
          <button
            key={id}
            type="button"
            title={title}
            aria-pressed={which === id}
            aria-disabled={up || undefined}
            onClick={() => up || useTestCall.setState({ which: id, problem: null })}
          >
            {label}
          </button>
        ))}
    </div>
  );
}
