import { useEffect } from "react";
import { create } from "zustand";
import { api } from "../api/client";
import { actionOf, loadBootstrap, useBootstrap } from "../model/bootstrap";
import { read } from "../model/document";
import { apart } from "../model/names";
import type { Block, Flow } from "../model/types";

/** Versions of flows by `flow@revision`, once they were asked for; null: not there any more. */
const useVersions = create<Record<string, Flow | null>>(() => ({}));
const asked = new Set<string>();

function ask(flow: string, revision: number): void {
  const key = `${flow}@${revision}`;
  if (asked.has(key)) return;
  asked.add(key);
  api.get("/api/flows/{id}/revisions/{number}", { path: { id: flow, number: revision } }).then(
    (document) => useVersions.setState({ [key]: read(document).flow }),
    () => useVersions.setState({ [key]: null }),
  );
}

interface Version {
  flow: string;
  revision: number;
}

/** Tells the title of a block of the version that a call ran on; "" while it is unknown. */
export function useTitles(rows: readonly Version[]): (row: Version, block: number) => string {
  const versions = useVersions();
  const bootstrap = useBootstrap((state) => state.bootstrap);
  useEffect(() => {
    void loadBootstrap();
    for (const row of rows) ask(row.flow, row.revision);
  }, [rows]);
  const known = new Map<string, Map<number, string>>();
  return ({ flow, revision }, number) => {
    const version = `${flow}@${revision}`;
    const named =
      known.get(version) ?? apart((versions[version]?.blocks ?? []).map((one) => [one.number, titled(one)] as const));
    known.set(version, named);
    return named.get(number) ?? "";
  };

  function titled({ title, action }: Block): string {
    return title || actionOf(bootstrap, action.type)?.title || "";
  }
}

/** The blocks of a flow as it is now, for choosing one. */
export function useBlocks(flow: string): { number: number; title: string }[] {
  const versions = useVersions();
  const bootstrap = useBootstrap((state) => state.bootstrap);
  useEffect(() => {
    if (!flow || asked.has(flow)) return;
    asked.add(flow);
    void loadBootstrap();
    api.get("/api/flows/{id}/draft", { path: { id: flow } }).then(
      (document) => useVersions.setState({ [flow]: read(document).flow }),
      () => asked.delete(flow),
    );
  }, [flow]);
  const named = (type: string) => actionOf(bootstrap, type)?.title || type;
  return (versions[flow]?.blocks ?? []).map(({ number, title, action }) => ({ number, title: title || named(action.type) }));
}
