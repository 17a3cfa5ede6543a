import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ui = fileURLToPath(new URL("..", import.meta.url));
const biome = join(ui, "node_modules/@biomejs/biome/bin/biome");

/** What Biome says of these sources under the rules of the page. */
function found(sources: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  try {
    cpSync(join(ui, "biome.json"), join(folder, "biome.json"));
    for (const [name, text] of Object.entries(sources)) {
      mkdirSync(join(folder, "src", dirname(name)), { recursive: true });
      writeFileSync(join(folder, "src", name), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [biome, "lint", "."], { cwd: folder, encoding: "utf-8" });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const use = (path: string) => `import { x } from "${path}";\nexport const y = x;\n`;
const x = "export const x = 1;\n";

test("folders import in one direction", { timeout: 60_000 }, () => {
  const there = { "model/a.ts": x, "board/a.ts": x, "kit/a.ts": x, "api/problem.ts": x, "api/client.ts": x, "flows/a.ts": x };
  expect(found({ ...there, "board/b.ts": use("../model/a"), "kit/b.ts": use("../api/problem") })).not.toContain(
    "may import only",
  );
  const refused = {
    "kit/b.ts": "../model/a",
    "kit/c.ts": "../api/client",
    "model/b.ts": "../board/a",
    "api/b.ts": "../kit/a",
    "panel/widgets/b.ts": "../../board/a",
    "numbers/b.ts": "../flows/a",
  };
  const said = found({ ...there, ...Object.fromEntries(Object.entries(refused).map(([name, path]) => [name, use(path)])) });
  for (const name of Object.keys(refused))
    expect(said).toMatch(new RegExp(`src/${name}:\\d+:\\d+ lint/style/noRestrictedImports`));
});

test("no circle, of types neither, and no function of more than 60 lines", { timeout: 60_000 }, () => {
  const circle = {
    "model/a.ts": 'import type { B } from "./b";\nexport type A = B | 1;\n',
    "model/b.ts": 'import type { A } from "./a";\nexport type B = A | 2;\n',
  };
  expect(found(circle)).toContain("noImportCycles");
  const lines = (count: number) => `export function f(g: () => void) {\n${"  g();\n".repeat(count)}}\n`;
  expect(found({ "model/a.ts": lines(70) })).toContain("noExcessiveLinesPerFunction");
  expect(found({ "model/a.ts": lines(50) })).not.toContain("noExcessiveLinesPerFunction");
});

test("scripts that come later are waited for by kit/late: React holds back what it reveals itself for 300 ms", () => {
  const sources = globSync("src/**/*.{ts,tsx}", { cwd: ui });
  expect(sources.length).toBeGreaterThan(100);
  const held = /import [^;]*\b(lazy|Suspense)\b[^;]* from "react"/;
  expect(held.test('import { lazy, useState } from "react";')).toBe(true);
  expect(sources.filter((path) => held.test(readFileSync(join(ui, path), "utf-8")))).toEqual([]);
});
