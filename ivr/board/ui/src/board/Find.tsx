import { Plus, Variable } from "lucide-react";
import { useMemo } from "react";
import { Icon } from "../kit/Icon";
import { useBootstrap } from "../model/bootstrap";
import { useDesk } from "../model/desk";
import { finder } from "../model/find";
import { useBoardStore, useDerived } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { common } from "../words/en/common";
import { overlays as t } from "../words/en/overlays";
import { fill } from "../words/fill";
import { focusBlock } from "./overlay";
import { type Pick, Picker } from "./Picker";
import { useAdding } from "./useAdding";
import { useCommands } from "./useCommands";

const close = () => useDesk.setState({ dialog: null });

/** One box for blocks, variables, actions to add, and commands. Enter goes there. */
export function Find() {
  const board = useBoardStore();
  const derived = useDerived((all) => all);
  const bootstrap = useBootstrap((state) => state.bootstrap);
  const add = useAdding();
  const commands = useCommands();
  const { readOnly } = board.getState();
  const search = useMemo(() => finder(derived, board.getState().flow, bootstrap), [derived, board, bootstrap]);

  function picks(typed: string): Pick[] {
    const found: Pick[] = search(typed).map((one) => ({
      id: one.id,
      label: one.label,
      hint: one.hint,
      group: one.group,
      icon:
        one.group === "Variables" ? (
          <Icon of={Variable} />
        ) : one.action ? (
          <Tile action={one.action} size={24} />
        ) : (
          <Icon of={Plus} />
        ),
    }));
    const wanted = typed.trim().toLowerCase();
    const told = wanted ? commands.filter((one) => one.label.toLowerCase().includes(wanted)) : commands;
    return [
      ...found.filter((one) => !(readOnly && one.group === "Add")),
      ...told.map((one) => ({
        id: `command ${one.label}`,
        label: one.label,
        hint: one.keys,
        group: t.commands,
        icon: <Icon of={one.icon} />,
      })),
    ];
  }

  function pick(id: string): void {
    close();
    const [kind = "", key = ""] = [id.slice(0, id.indexOf(" ")), id.slice(id.indexOf(" ") + 1)];
    if (kind === "add") return add(key);
    if (kind === "command") return commands.find((one) => one.label === key)?.run();
    const number = Number(key.split(" ").at(-1));
    board.getState().show(number);
    focusBlock(number);
  }

  return (
    <Picker
      label={common.find}
      placeholder={t.findBlocksVariablesActions}
      picks={picks}
      onPick={pick}
      onClose={close}
      nothing={(typed) => fill(t.nothingHereHasInIt, { typed })}
    />
  );
}
