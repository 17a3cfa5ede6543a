import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { panel as t } from "../words/en/panel";
import { fill, rich } from "../words/fill";

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
      <Button onClick={onVariables}>{t.theyAreVariables}</Button>
      <Button kind="primary" onClick={onOwn}>
        {names.length === 1 ? t.sendItAsWritten : t.sendThemAsWritten}
      </Button>
    </>
  );
  return (
    <Dialog title={fill(t.isANameOfThe, { shown })} onClose={onClose} footer={footer}>
      <p>{rich(t.aDollarSignBeginsA, { shown, names: <code>{names.map((name) => `$$${name}`).join(", ")}</code> })}</p>
    </Dialog>
  );
}
