import { readdir } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "vite";

type Attributes = Record<string, string>;
type Node = [tag: string, attributes: Attributes];

const folder = fileURLToPath(new URL("node_modules/lucide-react/dist/esm/icons/", import.meta.url));

const ellipse = (cx: number, cy: number, rx: number, ry: number) =>
  `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0Z`;

function rect({ x = "0", y = "0", width, height, rx, ry }: Attributes): string {
  const [w, h] = [Number(width), Number(height)];
  const [a, b] = [Math.min(Number(rx ?? ry ?? 0), w / 2), Math.min(Number(ry ?? rx ?? 0), h / 2)];
  if (!a || !b) return `M${x} ${y}h${w}v${h}h${-w}Z`;
  const arc = (dx: number, dy: number) => `a${a} ${b} 0 0 1 ${dx} ${dy}`;
  const [across, down] = [w - 2 * a, h - 2 * b];
  return `M${Number(x) + a} ${y}h${across}${arc(a, b)}v${down}${arc(-a, b)}h${-across}${arc(-a, -b)}v${-down}${arc(a, -b)}Z`;
}

/** Path data by the kind of element. */
const paths: Record<string, (of: Attributes) => string> = {
  path: ({ d = "" }) => (d.startsWith("m") ? `M0 0${d}` : d), // its first step counts from the corner, not from what is before
  line: ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`,
  circle: ({ cx, cy, r }) => ellipse(Number(cx), Number(cy), Number(r), Number(r)),
  ellipse: ({ cx, cy, rx, ry }) => ellipse(Number(cx), Number(cy), Number(rx), Number(ry)),
  polyline: ({ points }) => `M${points}`,
  polygon: ({ points }) => `M${points}Z`,
  rect,
};

/** What an icon is drawn with, as one path. */
export function pathOf(nodes: readonly Node[]): string {
  return nodes.map(([tag, attributes]) => paths[tag]?.(attributes) ?? "").join("");
}

/** Every icon of Lucide by its name, for the server: it hands out those that its actions name, and the page knows none. */
export const icons: Plugin = {
  name: "icons",
  apply: "build",
  async generateBundle() {
    const found: [string, string][] = [];
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort()) {
      const { __iconData: icon } = (await import(pathToFileURL(folder + file).href)) as { __iconData?: { node: Node[] } };
      if (icon) found.push([file.replace(/\.mjs$/, ""), pathOf(icon.node)]);
    }
    if (found.length < 1000) throw new Error(`only ${found.length} icons were found: Lucide keeps them elsewhere now`);
    this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(Object.fromEntries(found)) });
  },
};
