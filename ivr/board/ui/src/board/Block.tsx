import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { CircleAlert, PhoneCall, TriangleAlert } from "lucide-react";
import { memo, useContext, useEffect, useRef } from "react";
import { Icon } from "../kit/Icon";
import { wireId } from "../model/graph";
import { Outlines } from "../model/outlines";
import { summaryOf } from "../model/summary";
import type { Port } from "../model/types";
import { titleOf, useBlock, useBoard, useDerived, useLive, usePorts, useProblems, useSinceWords } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { board as t } from "../words/en/board";
import { fill } from "../words/fill";
import { useOverlay } from "./overlay";
import { RenameField } from "./RenameField";
import { Summary } from "./Summary";

/** xyflow tells a block where it is with every frame of a drag: what is inside does not want to know. */
export function BlockNode({ id, selected }: NodeProps) {
  return <Block number={Number(id)} selected={selected ?? false} />;
}

function Badge({ number }: { number: number }) {
  const problems = useProblems(number).filter((problem) => problem.code !== "disabled");
  const disabled = useDerived((derived) => derived.passed.has(number));
  const here = useLive((live) => live.here === number);
  if (here) {
    return (
      <span className="badge here">
        <Icon of={PhoneCall} size={12} />
        {t.here}
      </span>
    );
  }
  const [worst] = problems;
  if (disabled && worst?.level !== "error") return <span className="badge disabled">{t.disabled}</span>;
  if (!worst) return null;
  const bad = worst.level === "error";
  return (
    <span className={`badge ${bad ? "bad" : "warn"}`} title={worst.message}>
      <Icon of={bad ? CircleAlert : TriangleAlert} size={12} />
      {problems.length}
    </span>
  );
}

/** The block's number, with a dot while the block is not as it was published. */
function NumberTab({ number }: { number: number }) {
  const since = useSinceWords(number);
  return (
    <span className="number-tab" title={since || undefined}>
      {number}
      {since && <span className="since" role="img" aria-label={since} />}
    </span>
  );
}

function Exit({ port, connected, unused }: { port: Port; connected: boolean; unused: boolean }) {
  return (
    <li className={`${port.kind} ${connected ? "" : "open"} ${unused ? "unused" : ""}`}>
      <span>{port.label}</span>
      <Handle type="source" position={Position.Right} id={port.id} className={`exit ${port.kind} ${connected ? "" : "open"}`} />
    </li>
  );
}

export const Block = memo(function Block({ number, selected }: { number: number; selected: boolean }) {
  const block = useBlock(number);
  const action = useDerived((derived) => derived.actions.get(number));
  const title = useDerived((derived) => titleOf(derived, number));
  const ports = usePorts(number);
  const wired = useDerived((derived) => ports.map((port) => (derived.byId.has(wireId(number, port.id)) ? "1" : "0")).join(""));
  const passed = useDerived((derived) => derived.passed.get(number));
  const renaming = useOverlay((overlay) => overlay.renaming === number);
  const refused = useOverlay((overlay) => overlay.refused === number);
  const state = useLive((live) =>
    !live.active ? "" : live.here === number ? "here" : live.visited.has(number) ? "visited" : "grey",
  );
  const outline = useContext(Outlines)?.get(number) ?? "";
  const readOnly = useBoard((board) => board.readOnly);
  const update = useUpdateNodeInternals();
  const shape = ports.map((port) => port.id).join(" ");
  const measured = useRef(shape);
  useEffect(() => {
    if (measured.current === shape) return; // xyflow measures new blocks by itself, all at once
    measured.current = shape;
    update(String(number));
  }, [shape, number, update]);
  if (!block) return null;
  const looks = [selected && "selected", state, outline, passed && "disabled", refused && "refused"].filter(Boolean).join(" ");
  return (
    <div className={`block ${looks}`}>
      <NumberTab number={number} />
      {!action?.trigger && (
        <Handle type="target" position={Position.Left} id="in" className="input-bar" isConnectableStart={false} />
      )}
      <div className="head">
        <Tile action={action} />
        <div className="names">
          {renaming && !readOnly ? <RenameField number={number} /> : <strong title={title}>{title}</strong>}
          {action?.title !== title && <span>{action?.title ?? fill(t.unknownAction, { type: block.action.type })}</span>}
        </div>
        <Badge number={number} />
      </div>
      <Summary text={summaryOf(block, action)} />
      {ports.length > 0 && (
        <ul className="exits">
          {ports.map((port, at) => (
            <Exit key={port.id} port={port} connected={wired[at] === "1"} unused={passed !== undefined && passed !== port.id} />
          ))}
        </ul>
      )}
    </div>
  );
});
