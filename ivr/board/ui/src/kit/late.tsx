import { type ComponentType, type FunctionComponent, useEffect, useState } from "react";
import { common } from "../words/en/common";
import { kit as t } from "../words/en/kit";
import { Button } from "./Button";
import { Loading } from "./Empty";
import { Strip } from "./Strip";

export interface Late<P> extends FunctionComponent<P> {
  /** Have the script here before it is needed. */
  have(): Promise<unknown>;
}

/**
 * A component whose script comes later. Once that is here it is drawn at once: `lazy` by itself would wait a moment, and flash.
 * When it can't be had, only this part of the page says so: the rest, and what was not saved yet, stays.
 */
export function late<P extends object>(load: () => Promise<ComponentType<P>>): Late<P> {
  let Drawn: ComponentType<P> | null = null;
  const have = async () => {
    Drawn ??= await load();
  };
  function Late(props: P) {
    const [state, setState] = useState<"coming" | "here" | "failed">("coming");
    useEffect(() => {
      if (state !== "coming") return;
      let gone = false;
      have().then(
        () => gone || setState("here"),
        () => gone || setState("failed"),
      );
      return () => {
        gone = true;
      };
    }, [state]);
    if (Drawn) return <Drawn {...props} />;
    if (state !== "failed") return <Loading />;
    return (
      <Strip kind="warn" text={t.thisPartOfThePage}>
        <Button onClick={() => setState("coming")}>{common.tryAgain}</Button>
      </Strip>
    );
  }
  return Object.assign(Late, { have });
}
