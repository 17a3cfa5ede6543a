import { lazy, Suspense, useEffect } from "react";
import { Loading } from "../kit/Empty";
import { useDesk } from "../model/desk";
import { useBoard } from "../model/useBoard";
import { Find } from "./Find";
import { Keys } from "./Keys";

const panel = () => import("../panel/Panel");
const phone = () => import("../phone/Phone");
const publish = () => import("../flows/PublishDialog");
const Panel = lazy(panel);
const Phone = lazy(phone);
const PublishDialog = lazy(publish);

/** Have everything at hand once the board is drawn: the server may be away when it is needed. */
export function useAtHand(ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => void Promise.allSettled([panel(), phone(), publish()]), 300);
    return () => clearTimeout(timer);
  }, [ready]);
}

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
    <aside className="side" aria-label="Configuration">
      <Suspense fallback={<Loading />}>
        <Panel flow={flow} />
      </Suspense>
    </aside>
  );
}

/** The test call. */
export function Call({ flow }: { flow: string }) {
  const open = useDesk((desk) => desk.phone);
  if (!open) return null;
  return (
    <aside className="call" aria-label="Test call">
      <Suspense fallback={<Loading />}>
        <Phone flow={flow} />
      </Suspense>
    </aside>
  );
}

/** What lies over everything else. */
export function Dialogs({ flow }: { flow: string }) {
  const dialog = useDesk((desk) => desk.dialog);
  if (dialog === "find") return <Find />;
  if (dialog === "keys") return <Keys />;
  if (dialog !== "publish") return null;
  return (
    <Suspense fallback={<Loading />}>
      <PublishDialog flow={flow} onClose={() => useDesk.setState({ dialog: null })} />
    </Suspense>
  );
}
