import { useBootstrap } from "../model/bootstrap";
import { free, snap } from "../model/layout";
import { groupName, matching } from "../model/summary";
import type { Point } from "../model/types";
import { nameOf, titleOf, useBoardStore, useDerived } from "../model/useBoard";
import { Tile } from "../panel/Tile";
import { board as t } from "../words/en/board";
import { common } from "../words/en/common";
import { overlays } from "../words/en/overlays";
import { fill } from "../words/fill";
import { focusBlock, type Picking, useOverlay } from "./overlay";
import { type Pick, Picker } from "./Picker";
import { useView } from "./useView";
import { wire } from "./useWiring";

const close = () => useOverlay.setState({ picking: null });

function QuickAdd({ picking }: { picking: Extract<Picking, { kind: "add" | "replace" }> }) {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  const board = useBoardStore();
  const view = useView();

  function place(): Point {
    if (picking.kind === "replace") return [0, 0];
    const [x, y] = picking.place ?? view.middle();
    if (picking.wire) return [snap(x - 124), snap(y - 48)];
    return picking.from ? [snap(x), snap(y)] : free(board.getState(), [snap(x), snap(y)]);
  }

  function pick(type: string): void {
    const state = board.getState();
    close();
    if (picking.kind === "replace") return (state.replaceAction(picking.number, type), focusBlock(picking.number));
    const number = picking.wire ? state.insert(type, picking.wire, place()) : state.addBlock(type, place(), picking.from);
    if (number !== null) focusBlock(number);
  }

  function picks(typed: string): Pick[] {
    const inner = picking.kind === "add" && (picking.from !== undefined || picking.wire !== undefined);
    const found = matching(bootstrap, typed).filter((action) => !(inner && action.trigger));
    return found.map((action) => ({
      id: action.type,
      label: action.title,
      group: typed ? undefined : groupName(action.group),
      icon: <Tile action={action} size={24} />,
    }));
  }

  const label = picking.kind === "replace" ? overlays.replaceWithWhat : overlays.addAnAction;
  return (
    <Picker
      label={label}
      placeholder={label}
      at={picking.at}
      picks={picks}
      onPick={pick}
      onClose={close}
      nothing={(typed) => fill(t.noActionIsCalled, { typed })}
    />
  );
}

function Connect({ picking }: { picking: Extract<Picking, { kind: "connect" }> }) {
  const board = useBoardStore();
  const derived = useDerived((all) => all);
  const { number, port, at } = picking;
  const has = (label: string, typed: string) => label.toLowerCase().includes(typed.trim().toLowerCase());
  const back = () => (close(), focusBlock(number));

  function ports(typed: string): Pick[] {
    return (derived.ports.get(number) ?? [])
      .filter((one) => has(one.label, typed))
      .map((one) => {
        const to = derived.byId.get(`${number}:${one.id}`)?.to;
        return {
          id: one.id,
          label: one.label,
          icon: <span className={`dot ${one.kind}`} />,
          hint: to === undefined ? overlays.notConnected : nameOf(derived, to),
        };
      });
  }

  function targets(typed: string): Pick[] {
    const blocks = derived.order.filter((to) => to !== number && !derived.actions.get(to)?.trigger);
    const found = blocks
      .map((to) => ({
        id: String(to),
        label: `${to}. ${titleOf(derived, to)}`,
        icon: <Tile action={derived.actions.get(to)} size={24} />,
      }))
      .filter((one) => has(one.label, typed));
    const wired = derived.byId.has(`${number}:${port}`);
    return wired && has(common.notConnected, typed)
      ? [...found, { id: "none", label: common.notConnected, icon: <span className="dot" /> }]
      : found;
  }

  function connectTo(id: string): void {
    if (id === "none") board.getState().connect(number, port ?? "", null);
    else wire(board, number, port ?? "", Number(id));
    back();
  }

  if (port === undefined) {
    return (
      <Picker
        label={fill(overlays.connectWhichPortOf, { block: nameOf(derived, number) })}
        placeholder={overlays.port}
        at={at}
        picks={ports}
        onPick={(id) => useOverlay.setState({ picking: { ...picking, port: id } })}
        onClose={back}
        nothing={() => overlays.thisBlockHasNoPorts}
      />
    );
  }
  const label = derived.ports.get(number)?.find((one) => one.id === port)?.label ?? port;
  return (
    <Picker
      key={port}
      label={fill(overlays.leadsTo, { label })}
      placeholder={fill(overlays.leadsToWhere, { label })}
      at={at}
      picks={targets}
      onPick={connectTo}
      onClose={back}
    />
  );
}

/** Whatever is being chosen beside a point of the board. */
export function Pickers() {
  const picking = useOverlay((overlay) => overlay.picking);
  if (!picking) return null;
  return picking.kind === "connect" ? (
    <Connect picking={picking} />
  ) : (
    <QuickAdd key={`${picking.at.x} ${picking.at.y}`} picking={picking} />
  );
}
