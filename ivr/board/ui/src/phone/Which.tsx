import { useBoard } from "../model/useBoard";
import { isUp, useTestCall, versionCalled } from "./testCall";

const choices = [
  { id: "draft", label: "Draft", title: "Call the flow as it is on the board" },
  { id: "live", label: "Live", title: "Call the flow as callers get it now" },
] as const;

/** Which version is called. A call that is under way stays with its own. Those who only look call what is live. */
export function Which() {
  const chosen = useTestCall((state) => state.which);
  const up = useTestCall(isUp);
  const looks = useBoard((state) => state.readOnly);
  const which = versionCalled(chosen, looks);
  return (
    <div className="which" role="group" aria-label="Version to call">
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
