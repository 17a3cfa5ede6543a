import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadSession } from "../api/session";
import { App } from "./App";

const root = document.getElementById("root");
if (root) {
  void loadSession();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
