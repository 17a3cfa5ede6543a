import { useEffect } from "react";
import { useDesk } from "../model/desk";
import { useBoard } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { Find, Keys, Panel, Phone, PublishDialog } from "./atHand";

/** The configuration, while something is selected. */
export function Side({ flow }: { flow: string }) {
  const some = useBoard((state) => state.selection.length > 0);
  const settings = useDesk((desk) => desk.settings);
  const folded = useDesk((desk) => desk.panelFolded);
  useEffect(() => {
    if (some) useDesk.setState({ settings: false });
  }, [some]);
  if (folded || !(some || settings)) return null;
  return (
    <aside className="side" aria-label={t.configuration}>
      <Panel flow={flow} />
    </aside>
  );
}

/** The test call. */
export function Call({ flow }: { flow: string }) {
  const open = useDesk((desk) => desk.phone);
  if (!open) return null;
  return (
    <aside className="call" aria-label={common.testCall}>
      <Phone flow={flow} />
    </aside>
  );
}

/** What lies over everything else. */
export function Dialogs({ flow }: { flow: string }) {
  const dialog = useDesk((desk) => desk.dialog);
  return (
    <>
      {dialog === "find" && <Find />}
      {dialog === "keys" && <Keys />}
      {dialog === "publish" && <PublishDialog flow={flow} onClose={() => useDesk.setState({ dialog: null })} />}
    </>
  );
}
