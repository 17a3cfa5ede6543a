import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/kit.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadSession } from "./api/session";
import { App } from "./app/App";
import { startTheme } from "./app/theme";

startTheme();

// After an upgrade of the server the names of the scripts have changed: a page that is still open starts over, once. A server
// that is away is no reason to: what is on the screen would be lost.
window.addEventListener("vite:preloadError", () => {
  if (sessionStorage.getItem("ivr.reloaded") === location.href) return;
  fetch("/favicon.svg", { cache: "no-store" }).then(
    (answer) => {
      if (!answer.ok) return;
      sessionStorage.setItem("ivr.reloaded", location.href);
      location.reload();
    },
    () => {},
  );
});

const root = document.getElementById("root");
if (root) {
  void loadSession();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
