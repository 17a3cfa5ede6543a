import { address, type Message, type Operation, type PathOf, type Where } from "./contract";
import { parsedExactly } from "./digits";

/** Events that arrive while they happen. Each has a number, so that a broken line goes on where it broke. */

export type LiveState = "connecting" | "open" | "waiting" | "closed";

export interface Numbered {
  seq: number;
}

export interface LiveOptions<E extends Numbered> {
  onEvent: (event: E) => void;
  /** "waiting": the line broke, and is tried again; "closed": nothing will come any more. */
  onState?: (state: LiveState) => void;
  /** The last event that is already known. */
  after?: number;
}

export interface Live {
  /** Send JSON. False when the line is not open: nothing is kept for later. */
  send(message: unknown): boolean;
  close(): void;
}

/** What this stands on, so that tests can put their own. */
export interface Ground {
  open: (url: string) => WebSocket;
  wait: (run: () => void, ms: number) => () => void;
  chance: () => number;
}

const ground: Ground = {
  open: (url) => new WebSocket(url),
  wait: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  chance: Math.random,
};

/** The server has nothing more to tell (1000), forbids it (1008), or there is no such thing (4404). */
const final = new Set([1000, 1008, 4401, 4403, 4404]);

/** Milliseconds before try number `tries` (from 0): 0.5 s, doubled up to 15 s, less up to a half by chance. */
export function backOff(tries: number, chance: number): number {
  return Math.min(500 * 2 ** tries, 15_000) * (1 - chance / 2);
}

/** Listen at a path of the server until closed. */
export function live<P extends PathOf<"get">>(
  path: P,
  options: LiveOptions<Message<Operation<P, "get">> & Numbered> & Where<Operation<P, "get">>,
  on: Ground = ground,
): Live {
  return follow(address(path, options), options, on);
}

/** Listen at an address that is filled in. */
export function follow<E extends Numbered>(path: string, options: LiveOptions<E>, on: Ground = ground): Live {
  let last = options.after ?? 0;
  let tries = 0;
  let socket: WebSocket | null = null;
  let cancel = () => {};
  let over = false;

  function connect(): void {
    options.onState?.("connecting");
    const line = on.open(`${path}${path.includes("?") ? "&" : "?"}after=${last}`);
    socket = line;
    line.onopen = () => socket === line && options.onState?.("open");
    line.onmessage = (message) => socket === line && heard(String(message.data));
    line.onclose = (event) => socket === line && lost(event.code);
  }

  function heard(text: string): void {
    tries = 0;
    const event = parsedExactly(text, ["variables", "detail"]) as E;
    if (typeof event.seq === "number") {
      if (event.seq <= last) return; // sent twice after a break
      last = event.seq;
    }
    options.onEvent(event);
  }

  function lost(code: number): void {
    socket = null;
    if (over || final.has(code)) return stop();
    options.onState?.("waiting");
    cancel = on.wait(connect, backOff(tries++, on.chance()));
  }

  function stop(): void {
    if (!over) options.onState?.("closed");
    over = true;
    cancel();
    const line = socket;
    socket = null;
    line?.close(1000);
  }

  connect();
  return {
    send: (message) => {
      if (socket?.readyState !== 1) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    close: stop,
  };
}
