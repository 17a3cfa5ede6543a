import { get, put } from "../model/path";
import { board } from "../model/store";
import type { Flow } from "../model/types";
import type { Scope } from "./scope";

/** A flow in which a secret that was typed only says that it is set. The same flow when it is not in it. */
export function hidden(flow: Flow, number: number, path: string, typed: string): Flow {
  const block = flow.blocks.find((each) => each.number === number);
  if (!block || get(block.action, path) !== typed) return flow;
  const action = put(block.action, path, { set: true });
  return { ...flow, blocks: flow.blocks.map((each) => (each === block ? { ...block, action } : each)) };
}

/**
 * Save at once a secret that was just typed, and forget it here: from then on the page knows only that it is set. It stays
 * out of the undo history, out of copies of the block, and out of test calls.
 */
export async function keepSecret(scope: Scope, path: string, typed: string): Promise<void> {
  try {
    await board.getState().flush();
  } catch {
    return; // not saved: it must not be lost
  }
  const { flow, history } = board.getState();
  const hide = (said: Flow) => hidden(said, scope.block, path, typed);
  const past = history.past.map((step) => ({ ...step, flow: hide(step.flow) }));
  const future = history.future.map((step) => ({ ...step, flow: hide(step.flow) }));
  board.setState({ flow: hide(flow), history: { ...history, past, future } });
}
