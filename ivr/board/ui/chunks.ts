import type { Rolldown } from "vite";

type Chunking = Parameters<Exclude<Rolldown.CodeSplittingGroup["name"], string>>[1];

/** Screens that must not load the board for a little that they share with it. */
const light = [
  "flows/FlowList",
  "flows/Versions",
  "calls/CallList",
  "calls/CallTrace",
  "numbers/Numbers",
  "secrets/Secrets",
  "audio/AudioFiles",
  "help/Help",
  "people/People",
  "app/Login",
];
const icons = /[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/]/;
/** What icons are made with: a script of its own, since icons stand before the frame and can't begin with it. */
const making = /[\\/]lucide-react[\\/]/;

/** Every module that one of these scripts begins with. */
function reached(context: Chunking, known: Map<string, Set<string>>, script: string, sources: string): Set<string> {
  const before = known.get(script);
  if (before) return before;
  const found = new Set<string>();
  known.set(script, found);
  const ahead = [`${sources}/${script}.tsx`];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (found.has(id) || making.test(id)) continue;
    found.add(id);
    ahead.push(...(context.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/**
 * Few scripts instead of one for each module that two screens share: "frame", that all begin with, "model", that a call's
 * trace needs of the board, "board", and icons by who draws them. They come sooner so, and pack better.
 */
export function groups(sources: string): Rolldown.CodeSplittingGroup[] {
  const known = new Map<string, Set<string>>();
  const name = (id: string, context: Chunking): string | null => {
    const within = (script: string) => reached(context, known, script, sources).has(id);
    const board = within("board/BoardScreen");
    if (within("main") || context.getModuleInfo(id)?.dynamicImporters.length) return null;
    if (within("app/start") || (board && within("flows/FlowList"))) return "frame";
    if (board && within("calls/CallTrace")) return "model";
    return board && !light.some(within) ? "board" : null;
  };
  return [
    { name, includeDependenciesRecursively: false },
    {
      name: "icons",
      test: icons,
      includeDependenciesRecursively: false,
      entriesAware: true,
      entriesAwareMergeThreshold: 5000,
    },
    { name: "lucide", test: making, includeDependenciesRecursively: false },
  ];
}
