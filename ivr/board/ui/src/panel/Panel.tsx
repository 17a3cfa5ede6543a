import "../styles/panel.css";
import { useBoard } from "../model/useBoard";
import { BlockPanel } from "./BlockPanel";
import { FlowPanel } from "./FlowPanel";
import { ManyPanel } from "./ManyPanel";

/** What stands at the right of the board: the settings of what is selected, or of the flow. */
export default function Panel({ flow }: { flow: string }) {
  const selection = useBoard((state) => state.selection);
  const [only] = selection;
  if (only === undefined) return <FlowPanel />;
  return selection.length > 1 ? <ManyPanel numbers={selection} /> : <BlockPanel key={only} flow={flow} number={only} />;
}
