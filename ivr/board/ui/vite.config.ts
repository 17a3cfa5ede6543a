import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, normalizePath, type Plugin } from "vite";
import { groups } from "./chunks.ts";
import { icons } from "./icons.ts";
import { messages } from "./messages.ts";

const sources = normalizePath(fileURLToPath(new URL("src", import.meta.url)));
const server = process.env.IVR_PRIVATE ?? "http://127.0.0.1:8081";

/** The page asks for the frame's scripts at once, beside the small one that would ask for them. */
const ahead: Plugin = {
  name: "ahead",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) => {
      const chunks = Object.values(bundle ?? {}).filter((made) => made.type === "chunk");
      const start = chunks.find((chunk) => chunk.facadeModuleId?.endsWith("/src/app/start.tsx"));
      const entry = chunks.find((chunk) => chunk.isEntry);
      const there = new Set([entry?.fileName, ...(entry?.imports ?? [])]);
      const wanted = start ? [start.fileName, ...start.imports].filter((name) => !there.has(name)) : [];
      return wanted.map((name) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` } }));
    },
  },
};

/** Words of the page itself in German, whose other words are a script of their own. */
const german = { "Flows</title>": "Abläufe</title>", "The board needs JavaScript.": "Das Board braucht JavaScript." };

/** The page once more for each other language, with its words before all else: the server sends the one that fits. */
const languages: Plugin = {
  name: "languages",
  apply: "build",
  enforce: "post",
  buildStart() {
    this.emitFile({ type: "chunk", id: `${sources}/words/de/index.ts`, name: "de" });
  },
  generateBundle(_, bundle) {
    const page = bundle["index.html"];
    const words = Object.values(bundle).find((made) => made.name === "de");
    if (page?.type !== "asset" || !words)
      throw new Error("There is no page, or there are no words, to make the German one of.");
    const script = `<script type="module" crossorigin src="/${words.fileName}"></script>\n    <script type="module"`;
    const told = String(page.source).replace('<html lang="en">', '<html lang="de">').replace('<script type="module"', script);
    const source = Object.entries(german).reduce((text, [from, to]) => text.replace(from, to), told);
    this.emitFile({ type: "asset", fileName: "index.de.html", source });
  },
};

export default defineConfig({
  base: "/",
  plugins: [react(), ahead, icons, messages(`${sources}/words`), languages],
  resolve: {
    alias: {
      // React has it by itself.
      "use-sync-external-store/shim/with-selector.js": "use-sync-external-store/with-selector.js",
    },
  },
  build: {
    target: ["chrome125", "edge125", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: "THIRD-PARTY-LICENSES.md" },
    rolldownOptions: {
      // Drop components of packages that the page never draws.
      treeshake: { manualPureFunctions: ["memo", "forwardRef"] },
      output: {
        // Merged scripts are called by all that they are for: the first word is enough.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: { groups: groups(sources) },
      },
    },
  },
  // `npm run dev` beside a running server.
  server: { proxy: { "/api": { target: server, ws: true }, "/audio": server } },
  test: { include: ["test/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
