import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.IVR_PRIVATE ?? "http://127.0.0.1:8081";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    target: ["chrome125", "edge125", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: "THIRD-PARTY-LICENSES.md" },
  },
  // `npm run dev` beside a running server.
  server: { proxy: { "/api": { target: server, ws: true }, "/audio": server } },
  test: { include: ["test/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
