import { applyNodeChanges, type Edge, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { announce } from "../kit/announce";
import { useBootstrap } from "../model/bootstrap";
import { type Derived, problemsOf } from "../model/derived";
import type { Wire } from "../model/graph";
import type { Since } from "../model/published";
import type { FlowProblem, Note, Places, Point } from "../model/types";
import { nameOf, useBoard, useBoardStore, useDerived, useSince } from "../model/useBoard";
import { board as t } from "../words/en/board";
import { counted, fill } from "../words/fill";
import { useOverlay } from "./overlay";
import { seen, shapeOf, unseen } from "./unseen";

export const noteId = (index: number) => `note-${index}`;

interface Facts {
  derived: Derived;
  labels: ReadonlyMap<number, string>;
  places: Places;
  notes: readonly Note[];
  selection: readonly number[];
  chosenNotes: readonly number[];
}

/** What those who can't see the blocks hear of them. */
function spoken(derived: Derived, problems: readonly FlowProblem[], since: ReadonlyMap<number, Since>): Map<number, string> {
  const heard = (number: number) => {
    const action = derived.actions.get(number)?.title ?? t.unknownActionSpoken;
    const before = since.get(number);
    const wrong = problemsOf(problems, number).filter((problem) => problem.code !== "disabled").length;
    return [
      derived.blocks.get(number)?.title,
      fill(t.spokenBlock, { action, number }),
      derived.passed.has(number) && t.disabledSpoken,
      wrong > 0 && counted(t.problems, wrong),
      before && { new: t.newSincePublishing, changed: t.changedSincePublishing }[before],
    ];
  };
  return new Map(derived.order.map((number) => [number, heard(number).filter(Boolean).join(", ")]));
}

const asBlock = { "aria-roledescription": t.aBlock };
const asNote = { "aria-roledescription": t.aNote };
const data = {};
/** A note says how large it is: it need not be drawn to be measured. */
const handles: Node["handles"] = [];

/** Nodes for what the store says; a node that stays as it was stays the same object. */
function nodes(before: readonly Node[], { derived, labels, places, ...facts }: Facts): Node[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const selected = new Set(facts.selection);
  const blocks = derived.order.map((number): Node => {
    const [ports, trigger] = [derived.ports.get(number) ?? [], derived.actions.get(number)?.trigger ?? false];
    const shape = shapeOf(ports, trigger);
    const was = known.get(String(number));
    const about = { id: String(number), type: "block", ariaLabel: labels.get(number), domAttributes: asBlock };
    const place = places[number] ?? ([0, 0] as Point);
    if (was?.data.shape === shape) return kept(was, { ...about, data: was.data }, place, selected.has(number));
    return kept(undefined, { ...about, data: { shape }, ...unseen(ports, trigger) }, place, selected.has(number));
  });
  const notes = facts.notes.map((note, index) => {
    const [width, height] = note.size;
    const ariaLabel = fill(t.note, { text: note.text.slice(0, 60) || t.emptyNote });
    const about = { id: noteId(index), type: "note", data, ariaLabel, zIndex: -1, domAttributes: asNote, handles };
    return kept(known.get(about.id), { ...about, width, height }, note.place, facts.chosenNotes.includes(index));
  });
  return [...blocks, ...notes];
}

function kept(known: Node | undefined, about: Omit<Node, "position">, [x, y]: Point, selected: boolean): Node {
  const same = known && known.position.x === x && known.position.y === y;
  const alike = known?.ariaLabel === about.ariaLabel && known?.width === about.width && known?.height === about.height;
  if (same && alike && known.selected === selected) return known;
  return { ...known, ...about, position: same ? known.position : { x, y }, selected };
}

/** The nodes that xyflow draws. A drag moves them here, and the store hears of it when it is over. */
export function useNodes(): [Node[], (changes: NodeChange[]) => void] {
  const board = useBoardStore();
  const derived = useDerived((all) => all);
  const places = useBoard((state) => state.places);
  const notes = useBoard((state) => state.notes);
  const problems = useBoard((state) => state.checked.problems);
  const since = useSince();
  const selection = useBoard((state) => state.selection);
  const chosenNotes = useOverlay((state) => state.notes);
  const labels = useMemo(() => spoken(derived, problems, since), [derived, problems, since]);
  const facts = useMemo(
    () => ({ derived, labels, places, notes, selection, chosenNotes }),
    [derived, labels, places, notes, selection, chosenNotes],
  );
  const [drawn, setDrawn] = useState<Node[]>(() => nodes([], facts));
  const first = useRef(true);
  useLayoutEffect(() => {
    if (first.current) first.current = false;
    else setDrawn((before) => nodes(before, facts));
  }, [facts]);

  const changed = useCallback(
    (changes: NodeChange[]) => {
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length) choose(chosen);
      const rest = changes.filter((change) => change.type === "position" || change.type === "dimensions");
      if (rest.length) setDrawn((before) => applyNodeChanges(rest, before).map(seen));
    },
    [board],
  );

  function choose(changes: { id: string; selected: boolean }[]): void {
    const state = board.getState();
    const blocks = new Set(state.selection);
    const texts = new Set(useOverlay.getState().notes);
    for (const { id, selected } of changes) {
      const note = id.startsWith("note-");
      const [set, key] = [note ? texts : blocks, Number(note ? id.slice(5) : id)] as const;
      if (selected) set.add(key);
      else set.delete(key);
    }
    useOverlay.setState({ notes: [...texts] });
    if (blocks.size !== state.selection.length || state.selection.some((number) => !blocks.has(number)))
      state.select([...blocks]);
  }

  return [drawn, changed];
}

/** A wire as it was last drawn, and what it was drawn from. */
const edges = new WeakMap<Wire, { of: readonly unknown[]; edge: Edge }>();

function edge(wire: Wire, block: string, port: string, target: string, selected: boolean, unused: boolean): Edge {
  const of = [block, port, target, selected, unused];
  const known = edges.get(wire);
  if (known?.of.every((one, at) => one === of[at])) return known.edge;
  const label = fill(t.fromTo, { block, port, target });
  const made = {
    id: wire.id,
    type: "wire",
    source: String(wire.from),
    sourceHandle: wire.port,
    target: String(wire.to),
    targetHandle: "in",
    selected,
    ariaLabel: unused ? `${label}, ${t.disabledSpoken}` : label,
    data: { kind: wire.kind },
    className: unused ? `${wire.kind} unused` : wire.kind,
  };
  edges.set(wire, { of, edge: made });
  return made;
}

/** The wires as xyflow draws them: worked out when the flow says something else, never while a block is dragged. */
export function useEdges(): Edge[] {
  const derived = useDerived((all) => all);
  const chosen = useBoard((state) => state.wire);
  return useMemo(
    () =>
      derived.wires.map((wire) => {
        const port = derived.ports.get(wire.from)?.find((one) => one.id === wire.port)?.label ?? wire.port;
        const unused = (derived.passed.get(wire.from) ?? wire.port) !== wire.port;
        return edge(wire, nameOf(derived, wire.from), port, nameOf(derived, wire.to), wire.id === chosen, unused);
      }),
    [derived, chosen],
  );
}

/** Say what was moved by keys, once the burst is over. */
export function useMoveSaid(): void {
  const board = useBoardStore();
  const places = useBoard((state) => state.places);
  const ready = useBootstrap((state) => state.bootstrap !== null);
  const before = useRef(places);
  useEffect(() => {
    const last = before.current;
    before.current = places;
    const { selection, history } = board.getState();
    if (!ready || last === places || history.mark !== "move" || selection.length !== 1) return;
    const place = places[selection[0]!];
    const timer = setTimeout(() => place && announce(fill(t.movedTo, { x: place[0], y: place[1] })), 500);
    return () => clearTimeout(timer);
  }, [places, board, ready]);
}
