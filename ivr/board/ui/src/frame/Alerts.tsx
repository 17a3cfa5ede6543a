import { useEffect } from "react";
import { useLoad } from "../api/useLoad";
import { Strip } from "../kit/Strip";
import { frame as t } from "../words/en/frame";
import { fill } from "../words/fill";

const MINUTE = 60_000;

/** A strip for each alert that holds just now; the server tells them elsewhere, too. */
export function Alerts() {
  const { data, reload } = useLoad("/api/alerts");
  useEffect(() => {
    const again = setInterval(reload, MINUTE);
    return () => clearInterval(again);
  }, [reload]);
  return data?.alerts
    .filter((alert) => alert.holds)
    .map((alert) => <Strip key={alert.name} kind="warn" text={fill(t.alert, { name: alert.name, says: alert.says })} />);
}
