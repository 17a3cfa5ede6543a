import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/kit.css";
import { ahead } from "./api/ahead";
import { screens } from "./app/screens";
import { startTheme } from "./frame/theme";
import { match } from "./nav/routes";

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

// All that the first look waits for is asked for side by side: facts, the screen's scripts, and the frame's.
const route = match(location.pathname);
ahead.ask(route);
if (route.name !== "lost") screens[route.name]().catch(() => {}); // asked again when it is drawn, which tells why
void import("./app/start");
