import { useMemo } from "react";
import { useBootstrap } from "../model/bootstrap";
import type { Derived } from "../model/derived";
import { useDesk } from "../model/desk";
import { known, type Need, needs } from "../model/needs";
import { remember, remembered } from "../model/remembered";
import { board } from "../model/store";
import type { Bootstrap } from "../model/types";
import { useDerived } from "../model/useBoard";
import { dial, heldBefore, useTestCall } from "./testCall";

const none: Need[] = [];

function needed(derived: Derived, bootstrap: Bootstrap | null, from: number): Need[] {
  return from && bootstrap && derived.blocks.has(from) ? needs(derived, bootstrap, from) : none;
}

/** The variables that the next call needs: none when it starts where calls start. */
export function useNeeds(): Need[] {
  const from = useDesk((desk) => desk.from);
  const bootstrap = useBootstrap((state) => state.bootstrap);
  const derived = useDerived((all) => all);
  return useMemo(() => needed(derived, bootstrap, from), [derived, bootstrap, from]);
}

/** What a field holds until something is typed in it: of the call to be made again, of the last call, or of an earlier day. */
export function offered(flow: string, { name }: Need): string {
  const { values } = useTestCall.getState();
  return known(values, name) || known(heldBefore(flow), name) || (remembered(flow)[name] ?? "");
}

/** Call with what the fields hold, and remember what may be seen of it. */
export function call(): void {
  const { flow, given } = useTestCall.getState();
  const wanted = needed(board.getState().derived(), useBootstrap.getState().bootstrap, useDesk.getState().from);
  const texts = wanted.map((need) => [need, given[need.name] ?? offered(flow, need)] as const);
  const values = Object.fromEntries(texts.map(([{ name }, text]) => [name, text]));
  if (wanted.length) remember(flow, values);
  void dial(values);
}
