import type { Outline } from "../model/outlines";
import type { Change, FlowDocument } from "../model/types";
import { common } from "../words/en/common";
import { flows as t } from "../words/en/flows";
import { fill } from "../words/fill";

/** A version: a revision's number, or the draft. */
export type Version = number | "draft";

export const versionName = (version: Version) => (version === "draft" ? common.draft : fill(t.versionChosen, { version }));

/** The older of two versions first; the draft is newer than all. */
export function inOrder(one: Version, other: Version): [Version, Version] {
  const rank = (version: Version) => (version === "draft" ? Infinity : version);
  return rank(one) <= rank(other) ? [one, other] : [other, one];
}

/** What a version is, as the address says it; undefined for nothing that can be one. */
export function versionOf(text: string | null): Version | undefined {
  if (text === "draft") return "draft";
  return text && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** How the blocks that differ are outlined. Where a block lies makes none. */
export function outlines(changes: readonly Change[]): Map<number, Outline> {
  const found = new Map<number, Outline>();
  for (const { kind, block } of changes) {
    if (block === 0 || kind === "moved" || kind === "flow") continue;
    if (kind === "added" || kind === "removed") found.set(block, kind);
    else if (!found.has(block)) found.set(block, "changed");
  }
  return found;
}

/** The newer version with the blocks that are gone beside it, so that a board can show both. */
export function together(older: FlowDocument, newer: FlowDocument): FlowDocument {
  const there = new Set((newer.blocks ?? []).map((block) => block.number));
  return { ...newer, blocks: [...(newer.blocks ?? []), ...(older.blocks ?? []).filter((block) => !there.has(block.number))] };
}
