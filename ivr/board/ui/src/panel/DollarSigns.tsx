import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";

interface Props {
  names: readonly string[];
  onOwn: () => void;
  onVariables: () => void;
  onClose: () => void;
}

/** What was pasted has dollar signs that the API seems to mean itself: ask, before a value is put in their place. */
export function DollarSigns({ names, onOwn, onVariables, onClose }: Props) {
  const shown = names.map((name) => `$${name}`).join(", ");
  const footer = (
    <>
      <Button onClick={onVariables}>They are variables</Button>
      <Button kind="primary" onClick={onOwn}>
        Send {names.length === 1 ? "it" : "them"} as written
      </Button>
    </>
  );
  return (
    <Dialog title={`Is ${shown} a name of the API?`} onClose={onClose} footer={footer}>
      <p>
        A dollar sign begins a variable of the call. To send {shown} as written, the dollar sign is doubled:{" "}
        <code>{names.map((name) => `$$${name}`).join(", ")}</code>.
      </p>
    </Dialog>
  );
}
