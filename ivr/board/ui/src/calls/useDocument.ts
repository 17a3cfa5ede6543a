import { useEffect, useMemo } from "react";
import { actionOf, loadBootstrap, useBootstrap } from "../model/bootstrap";
import { createDerive } from "../model/derived";
import { read } from "../model/document";
import type { FlowDocument, Port } from "../model/types";

export interface Names {
  title: (number: number) => string;
  port: (number: number, id: string) => Port | undefined;
}

/** What the blocks and ports of a version are called. Without a version only numbers are known. */
export function useDocument(document: FlowDocument | null): Names {
  const bootstrap = useBootstrap((state) => state.bootstrap);
  useEffect(() => void loadBootstrap(), []);
  return useMemo(() => {
    if (!document) return { title: () => "", port: () => undefined } as Names;
    const derived = createDerive()(read(document).flow, bootstrap, {});
    const names: Names = {
      title: (number) => {
        const block = derived.blocks.get(number);
        return block ? block.title || actionOf(bootstrap, block.action.type)?.title || `Block ${number}` : "";
      },
      port: (number, id) => derived.ports.get(number)?.find((one) => one.id === id),
    };
    return names;
  }, [document, bootstrap]);
}
