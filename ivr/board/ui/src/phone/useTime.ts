import { useEffect, useState } from "react";
import type { HeardCall } from "../model/call";
import { useTestCall } from "./testCall";

/** The time of the test call in milliseconds, anew four times a second; its end's once it has ended. */
export function useTime(call: HeardCall | null): number {
  const began = useTestCall((state) => state.began);
  const running = call !== null && call.phase !== "ended";
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [running, began]);
  if (!call) return 0;
  return running ? now - began : (call.events.find((event) => event.kind === "end")?.t ?? 0);
}
