import { useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { announce } from "../kit/announce";
import { audio as t } from "../words/en/audio";
import { counted } from "../words/fill";

interface Refusal {
  file: string;
  why: string;
}

/**
 * Bringing sounds into the library, one after the other.
 * `busy` is the file under way; `refused` says which were not taken, and why.
 */
export function useBring(onAdded: () => void) {
  const [busy, setBusy] = useState("");
  const [refused, setRefused] = useState<Refusal[]>([]);

  async function files(given: File[]) {
    if (busy) return;
    const not: Refusal[] = [];
    setRefused([]);
    for (const file of given) {
      setBusy(file.name);
      const form = new FormData();
      form.append("file", file);
      try {
        await api.post("/api/audio", { body: form });
      } catch (error) {
        not.push({ file: file.name, why: asProblem(error).message });
      }
    }
    setBusy("");
    setRefused(not);
    if (given.length > not.length) announce(counted(t.soundsBroughtIn, given.length - not.length));
    onAdded();
  }

  return { busy, refused, files, forget: () => setRefused([]) };
}
