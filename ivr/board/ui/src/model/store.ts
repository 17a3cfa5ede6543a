import { createStore } from "zustand";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { may } from "../api/session";
import { actionOf, loadBootstrap, useBootstrap } from "./bootstrap";
import { createDerive, type Derived } from "./derived";
import { useDesk } from "./desk";
import { type Parts, read, write } from "./document";
import * as edits from "./edits";
import { fresh, type History, recorded, stepped } from "./history";
import { placed } from "./layout";
import type { Path } from "./path";
import type { Published } from "./published";
import { roomFor } from "./room";
import { createSaver, type Ground, type Saver, type Saving } from "./saving";
import type { Checked, Flow, FlowDocument, Note, Point, Value } from "./types";

/** The flow on the board, and what may be done with it. */
export interface BoardState extends Parts {
  status: "loading" | "ready" | "failed";
  /** Why it could not be loaded. */
  problem: Problem | null;
  readOnly: boolean;
  /** Numbers of the selected blocks. */
  selection: readonly number[];
  /** The selected wire, such as `3:success`. */
  wire: string | null;
  history: History;
  saving: Saving;
  checked: Checked;
  /** What is live, as far as it is known: blocks that say something else bear a dot. */
  published: Published | null;
  /** What to bring into view: `turn` counts the wishes. */
  shown: { numbers: readonly number[]; turn: number };

  open(id: string): Promise<void>;
  document(): FlowDocument;
  derived(): Derived;
  select(numbers: number | readonly number[] | null, wire?: string | null): void;
  /** Select blocks and bring them into view. */
  show(numbers: number | readonly number[]): void;

  change(mark: string, edit: (parts: Parts) => Parts, selection?: readonly number[]): void;
  setConfig(number: number, path: Path, value: Value): void;
  rename(number: number, title: string): void;
  setDisabled(numbers: readonly number[], disabled: boolean): void;
  setFlow(values: Partial<Omit<Flow, "blocks" | "id" | "last_number">>): void;
  connect(number: number, port: string, target: number | null): void;
  addBlock(type: string, at: Point, from?: { number: number; port: string }): number;
  insert(what: string | number, wire: string, at?: Point): number | null;
  replaceAction(number: number, type: string): void;
  remove(numbers: readonly number[]): void;
  move(places: Readonly<Record<number, Point>>, burst?: boolean): void;
  setNotes(change: (notes: readonly Note[]) => readonly Note[], mark?: string): void;

  undo(): void;
  redo(): void;
  flush(): Promise<void>;
  etag(): string;
  /** After a conflict: save this over the other, or take the other (undo brings this back). */
  resolve(keep: "mine" | "theirs"): Promise<void>;
}

export type BoardStore = ReturnType<typeof createBoard>;
type Set = (change: Partial<BoardState>) => void;
type Get = () => BoardState;

const none: Checked = { problems: [], available: {}, ports: {} };
const blank: Parts = { flow: { id: "", name: "", last_number: 0, blocks: [] }, places: {}, notes: [] };

const ground: Ground = {
  send: (id, etag, document) => api.put("/api/flows/{id}/draft", { path: { id }, body: document, ifMatch: etag }),
  wait: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
};

/** A board: the one being edited, or one that only shows a document. */
export function createBoard(on: Ground = ground) {
  return createStore<BoardState>((set, get) => {
    const derive = createDerive();
    const saver = createSaver(
      on,
      get,
      (saving) => set({ saving }),
      ({ problems, available, ports }) => {
        const before = get().checked.ports;
        set({ checked: { problems, available, ports } });
        carried(get, before, ports);
      },
    );
    return {
      ...blank,
      status: "loading",
      problem: null,
      readOnly: false,
      selection: [],
      wire: null,
      history: fresh,
      saving: { state: "saved", at: null },
      checked: none,
      published: null,
      shown: { numbers: [], turn: 0 },
      document: () => write(get()),
      derived: () => derive(get().flow, useBootstrap.getState().bootstrap, get().checked.ports),
      select: (numbers, wire = null) => {
        const selection = numbers === null ? [] : typeof numbers === "number" ? [numbers] : numbers;
        useDesk.setState({ focus: null }); // what the panel was asked to show is another's
        set({ selection, wire });
      },
      show: (numbers) => {
        const selection = typeof numbers === "number" ? [numbers] : numbers;
        useDesk.setState({ focus: null });
        set({ selection, wire: null, shown: { numbers: selection, turn: get().shown.turn + 1 } });
      },
      ...changing(set, get, saver, on),
      ...building(get),
      ...travelling(set, get, saver),
      ...keeping(set, get, saver),
    };
  });
}

/** A wire follows its port, when the setting that was just changed gives it another name. */
function carried(get: Get, before: Checked["ports"], ports: Checked["ports"]): void {
  const { history, change } = get();
  const number = Number(/^config (\d+) /.exec(history.mark)?.[1]);
  const [had, has] = [before[number], ports[number]];
  if (had && has) change(history.mark, (parts) => edits.carry(parts, number, had, has));
}

function changing(set: Set, get: Get, saver: Saver, on: Ground) {
  const change: BoardState["change"] = (mark, edit, selection) => {
    const { flow, places, notes, selection: before, history, readOnly, status } = get();
    if (readOnly || status !== "ready") return;
    const next = edit({ flow, places, notes });
    if (next.flow === flow && next.places === places && next.notes === notes) return;
    const step = { flow, places, notes, selection: before };
    const here = new Set(next.flow.blocks.map((block) => block.number));
    const chosen = (selection ?? before).filter((number) => here.has(number));
    set({
      flow: next.flow,
      places: next.places,
      notes: next.notes,
      selection: selection || chosen.length !== before.length ? chosen : before,
      wire: selection ? null : get().wire,
      history: recorded(history, step, mark, on.now()),
    });
    saver.changed();
  };
  return {
    change,
    setConfig: (number, path, value) =>
      change(`config ${number} ${String(path)}`, (parts) => edits.setConfig(parts, number, path, value)),
    rename: (number, title) => change(`title ${number}`, (parts) => edits.rename(parts, number, title)),
    setDisabled: (numbers, disabled) => change("", (parts) => edits.setDisabled(parts, numbers, disabled)),
    setFlow: (values) => change(`flow ${Object.keys(values)}`, (parts) => edits.setFlow(parts, values)),
    connect: (number, port, target) => change("", (parts) => edits.connect(parts, number, port, target)),
    move: (places, burst = false) => change(burst ? "move" : "", (parts) => edits.move(parts, places)),
    setNotes: (edit, mark = "") => change(mark, (parts) => edits.setNotes(parts, edit)),
  } satisfies Partial<BoardState>;
}

/** Ports that a new block of an action has, before anything is filled in. */
function firstPorts(type: string) {
  return actionOf(useBootstrap.getState().bootstrap, type)?.ports ?? [];
}

function building(get: Get) {
  return {
    addBlock: (type, at, from) => {
      const number = get().flow.last_number + 1;
      get().change(
        "",
        (parts) => {
          const added = edits.addBlock(parts, { type }, at).parts;
          return from ? edits.connect(added, from.number, from.port, number) : added;
        },
        [number],
      );
      return number;
    },
    insert: (what, wire, at) => {
      const { flow, derived } = get();
      const found = derived().byId.get(wire);
      if (!found || found.from === what || found.to === what) return null;
      const number = typeof what === "number" ? what : flow.last_number + 1;
      const ports = typeof what === "number" ? (derived().ports.get(what) ?? []) : firstPorts(what);
      get().change(
        "",
        (parts) => {
          const put = typeof what === "number" ? parts : edits.addBlock(parts, { type: what }, at ?? [0, 0]).parts;
          const moved = typeof what === "number" && at ? edits.move(put, { [what]: at }) : put;
          return roomFor(edits.insert(moved, number, found.from, found.port, ports), number, found.from, found.to);
        },
        [number],
      );
      return number;
    },
    replaceAction: (number, type) =>
      get().change("", (parts) => edits.replaceAction(parts, number, { type }, firstPorts(type)), [number]),
    remove: (numbers) => {
      const { ports } = get().derived();
      get().change("", (parts) => edits.remove(parts, numbers, (number) => ports.get(number) ?? []), []);
    },
  } satisfies Partial<BoardState>;
}

function travelling(set: Set, get: Get, saver: Saver) {
  function go(back: boolean): void {
    const { flow, places, notes, selection, history, readOnly, shown } = get();
    const found = readOnly ? null : stepped(history, { flow, places, notes, selection }, back);
    if (!found) return;
    const { step } = found;
    const numbers = changedBlocks({ flow, places, notes }, step);
    set({ ...step, history: found.history, wire: null, shown: { numbers, turn: shown.turn + 1 } });
    saver.changed();
  }
  return { undo: () => go(true), redo: () => go(false) } satisfies Partial<BoardState>;
}

/** Blocks that one state has otherwise than the other, and that the second has. */
function changedBlocks(from: Parts, to: Parts): number[] {
  const before = new Map(from.flow.blocks.map((block) => [block.number, block]));
  return to.flow.blocks
    .filter(({ number }, at) => before.get(number) !== to.flow.blocks[at] || from.places[number] !== to.places[number])
    .map((block) => block.number);
}

function keeping(set: Set, get: Get, saver: Saver) {
  async function check(): Promise<void> {
    const { flow } = get();
    try {
      const checked = await api.post("/api/check", { body: { document: get().document() } });
      if (get().flow.id === flow.id && saver.clean()) set({ checked });
    } catch {
      // It comes with the next save.
    }
  }

  function begin(document: FlowDocument, etag: string, more: Partial<BoardState>): void {
    const parts = placed(read(document));
    set({ ...parts, ...more });
    saver.start(parts.flow.id, etag, parts);
  }

  return {
    open: async (id) => {
      const again = get().flow.id === id && get().status === "ready" && !saver.clean();
      if (again) return saver.changed(); // what could not be saved before one went away
      const flow = { ...blank.flow, id };
      const [selection, shown]: [number[], BoardState["shown"]] = [[], { numbers: [], turn: 0 }];
      const nothing = { problem: null, wire: null, history: fresh, checked: none, published: null };
      set({ ...blank, ...nothing, flow, status: "loading", selection, shown });
      saver.stop();
      try {
        const [{ data, etag }] = await Promise.all([
          api.request("get", "/api/flows/{id}/draft", { path: { id } }),
          loadBootstrap(),
        ]);
        if (get().flow.id !== id) return;
        const { bootstrap, problem } = useBootstrap.getState();
        if (!bootstrap) throw problem;
        begin({ ...data, id }, etag ?? "", { status: "ready", readOnly: bootstrap.read_only || !may("editor") });
        void check();
      } catch (error) {
        if (get().flow.id === id) set({ status: "failed", problem: asProblem(error) });
      }
    },
    flush: () => saver.flush(),
    etag: () => saver.etag(),
    resolve: async (keep) => {
      const { saving, flow, places, notes, selection, history } = get();
      if (saving.state !== "conflict") return;
      const mine = { flow, places, notes };
      begin(saving.document, `"${saving.version}"`, {
        selection: [],
        wire: null,
        history: recorded(history, { ...mine, selection }, "", 0),
      });
      if (keep === "theirs") return check();
      set({ ...mine, selection });
      saver.changed();
      await saver.flush();
    },
  } satisfies Partial<BoardState>;
}

/** The board being edited. */
export const board = createBoard();
