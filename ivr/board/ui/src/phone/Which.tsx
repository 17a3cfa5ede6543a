import { isUp, useTestCall } from "./testCall";

const choices = [
  { id: "draft", label: "Draft", title: "Call the flow as it is on the board" },
  { id: "live", label: "Live", title: "Call the flow as callers get it now" },
] as const;

/** Which version is called. A call that is under way stays with its own. */
export function Which() {
  const which = useTestCall((state) => state.which);
  const up = useTestCall(isUp);
  return (
    <div className="which" role="group" aria-label="Version to call">
      {choices.map(({ id, label, title }) => (
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
