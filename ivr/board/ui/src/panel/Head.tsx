import { CopyPlus, Power, PowerOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { HelpLink } from "../frame/HelpLink";
import { blockTopic } from "../frame/topics";
import { IconButton } from "../kit/Button";
import { duplicate } from "../model/clipboard";
import { switching } from "../model/disabled";
import type { Action } from "../model/types";
import { useBoardStore, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { panel as t } from "../words/en/panel";
import { fill } from "../words/fill";
import { Tile } from "./Tile";

interface Props {
  number: number;
  action: Action;
  title: string;
  readOnly: boolean;
}

/** Whether calls enter the block, or pass it by. */
function Switch({ number }: { number: number }) {
  const store = useBoardStore();
  const found = useDerived((derived) => switching(derived, [number])?.disable);
  if (found === undefined) return null;
  return (
    <span data-path="disabled">
      <IconButton
        icon={found ? PowerOff : Power}
        kind={found ? "quiet" : "plain"}
        label={found ? common.disable : common.enable}
        onClick={() => store.getState().setDisabled([number], found)}
      />
    </span>
  );
}

/** Which block it is: its name to change, its action, and what its variables begin with. */
export function Head({ number, action, title, readOnly }: Props) {
  const store = useBoardStore();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <header className="head">
      <Tile action={action} size={32} />
      <div className="head-names">
        <h2 className="hidden">{fill(t.configurationOf, { name: title || action.title })}</h2>
        <input
          className="head-title"
          aria-label={common.nameOfTheBlock}
          maxLength={80}
          placeholder={action.title}
          value={typed ?? title}
          readOnly={readOnly}
          onChange={(event) => {
            setTyped(event.target.value);
            store.getState().rename(number, event.target.value);
          }}
          onBlur={() => {
            if (typed !== null && typed !== typed.trim()) store.getState().rename(number, typed.trim());
            setTyped(null);
          }}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        <p className="head-kind">
          {action.title} · <code>{`${action.prefix}_${number}`}</code>
        </p>
      </div>
      <HelpLink topic={blockTopic(action)} label={fill(t.help, { name: action.title })} />
      {!readOnly && (
        <>
          <Switch number={number} />
          <IconButton icon={CopyPlus} label={common.duplicate} keys="Ctrl D" onClick={() => duplicate(store, [number])} />
          <IconButton icon={Trash2} label={common.deleteIt} keys="Del" onClick={() => store.getState().remove([number])} />
        </>
      )}
    </header>
  );
}
