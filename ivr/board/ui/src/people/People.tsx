import { common } from "../words/en/common";
import "../styles/lists.css";
import "../styles/calls.css";
import { useState } from "react";
import { useMay } from "../api/session";
import { Page } from "../frame/Page";
import { useReadOnly } from "../frame/readOnly";
import { Privacy } from "./Privacy";
import { Trail } from "./Trail";
import { Users } from "./Users";

/** Who may open the board, the privacy of callers, and who changed what. */
export default function People() {
  const admin = useMay("admin");
  const readOnly = useReadOnly("admin");
  const [round, setRound] = useState(0);
  return (
    <Page title={common.people}>
      <div className="things stack">
        {admin && <Users readOnly={readOnly} onDone={() => setRound((before) => before + 1)} />}
        {admin && <Privacy readOnly={readOnly} onDone={() => setRound((before) => before + 1)} />}
        <Trail round={round} />
      </div>
    </Page>
  );
}
