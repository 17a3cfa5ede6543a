import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, normalizePath, type Plugin } from "vite";
import { groups } from "./chunks.ts";
import { icons } from "./icons.ts";

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

export default defineConfig({
  base: "/",
  plugins: [react(), ahead, icons],
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
        codeSplitting: { groups: groups(normalizePath(fileURLToPath(new URL("src", import.meta.url)))) },
      },
    },
  },
  // `npm run dev` beside a running server.
  server: { proxy: { "/api": { target: server, ws: true }, "/audio": server } },
  test: { include: ["test/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
