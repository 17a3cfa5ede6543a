import { useEffect } from "react";
import { keptCall } from "../model/kept";

const phone = () => import("../phone/testCall");

/** A test call that goes on while the page is loaded anew is taken up again. Who leaves the board hangs up. */
export function useRejoin(flow: string, ready: boolean): void {
  useEffect(() => {
    if (!ready || !keptCall(flow)) return;
    let here = true;
    void phone().then(({ rejoin }) => here && rejoin(flow));
    return () => {
      here = false;
      void phone().then(({ leave }) => leave(flow));
    };
  }, [flow, ready]);
}
