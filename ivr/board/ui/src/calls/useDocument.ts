import { useEffect, useMemo } from "react";
import { useOwnPorts } from "../board/useOwnPorts";
import { loadBootstrap, useBootstrap } from "../model/bootstrap";
import { createDerive } from "../model/derived";
import { read } from "../model/document";
import type { FlowDocument, Port } from "../model/types";
import { nameOf } from "../model/useBoard";

export interface Names {
  title: (number: number) => string;
  port: (number: number, id: string) => Port | undefined;
}

/** What the blocks and ports of a version are called. Without a version only numbers are known. */
export function useDocument(document: FlowDocument | null): Names {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  useEffect(() => void loadBootstrap(), []);
  const ports = useOwnPorts(document);
  return useMemo(() => {
    if (!document) return { title: () => "", port: () => undefined } as Names;
    const derived = createDerive()(read(document).flow, bootstrap, ports);
    const names: Names = {
      title: (number) => (derived.blocks.has(number) ? nameOf(derived, number) : ""),
      port: (number, id) => derived.ports.get(number)?.find((one) => one.id === id),
    };
    return names;
  }, [document, bootstrap, ports]);
}
