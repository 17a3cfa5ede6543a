import { ArrowRight, ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { IconButton } from "../kit/Button";
import { Icon } from "../kit/Icon";
import type { Block, Port } from "../model/types";
import { nameOf, titleOf, useBlock, useBoard, useBoardStore, useDerived, usePorts, useProblems } from "../model/useBoard";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";

/** Where a block leads, port by port: the way to wire without a mouse. */
export function Exits({ number }: { number: number }) {
  const [open, setOpen] = useState(true);
  const ports = usePorts(number);
  if (ports.length === 0) return null;
  return (
    <details className="group exits" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon of={ChevronDown} />
        <h3>{t.ports}</h3>
      </summary>
      <div className="group-body">
        {ports.map((port) => (
          <Exit key={port.id} number={number} port={port} />
        ))}
      </div>
    </details>
  );
}

function Exit({ number, port }: { number: number; port: Port }) {
  const id = useId();
  const store = useBoardStore();
  const derived = useDerived((all) => all);
  const readOnly = useBoard((state) => state.readOnly);
  const target = useBlock(number)?.exits[port.id];
  const passed = derived.passed.get(number);
  const problem = useProblems(number).find((each) => each.path === `exits.${port.id}`);
  const may = (block: Block) => block.number !== number && !derived.actions.get(block.number)?.trigger;
  const targets = [...derived.order].map((each) => derived.blocks.get(each)).filter((block) => block !== undefined);
  return (
    <div className="way">
      <span className={`port ${port.kind} ${target === undefined ? "hollow" : ""}`} aria-hidden />
      <label htmlFor={id}>{port.label}</label>
      <select
        id={id}
        className="input"
        value={target ?? ""}
        disabled={readOnly}
        aria-describedby={problem || passed === port.id ? `${id}-note` : undefined}
        onChange={(event) => store.getState().connect(number, port.id, event.target.value ? Number(event.target.value) : null)}
      >
        <option value="">{common.notConnected}</option>
        {targets
          .filter((block) => may(block) || block.number === target)
          .map((block) => (
            <option key={block.number} value={block.number}>
              {block.number}. {titleOf(derived, block.number)}
            </option>
          ))}
      </select>
      <IconButton
        icon={ArrowRight}
        size="small"
        label={
          target === undefined ? fill(t.leadsNowhere, { label: port.label }) : fill(t.goTo, { block: nameOf(derived, target) })
        }
        disabled={target === undefined}
        onClick={() => target !== undefined && store.getState().show(target)}
      />
      {passed === port.id && (
        <span className="passing" id={problem ? undefined : `${id}-note`}>
          {t.callsLeaveByThisPort}
        </span>
      )}
      {problem && (
        <span id={`${id}-note`} className={problem.level}>
          {problem.code === "unwired" ? t.theCallWouldEndHere : `${problem.message} ${problem.hint}`}
        </span>
      )}
    </div>
  );
}
