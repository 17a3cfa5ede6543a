import { CircleHelp } from "lucide-react";
import { Icon } from "../kit/Icon";
import { Tooltip } from "../kit/Tooltip";
import { to } from "../nav/routes";

interface Props {
  /** A page, and perhaps a place on it: `external-web-call#secrets`. */
  topic: string;
  /** What it is about, for its name and its tooltip. */
  label: string;
}

/** A question mark that opens the documentation beside what one is doing, in a tab of its own. */
export function HelpLink({ topic, label }: Props) {
  return (
    <Tooltip text={label} names>
      <a className="button icon quiet" href={to.help(topic)} target="_blank" rel="noreferrer" aria-label={label}>
        <Icon of={CircleHelp} />
      </a>
    </Tooltip>
  );
}
