import { Component, lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { loadSession, useSession } from "../api/session";
import { Announcer } from "../kit/announce";
import { Loading } from "../kit/Empty";
import { ProblemStrip, Strip } from "../kit/Strip";
import { Toasts } from "../kit/Toast";
import { type Route, useRoute } from "../nav/routes";
import { app as t } from "../words/en/app";
import { fill } from "../words/fill";
import { NotFound } from "./NotFound";
import { screens } from "./screens";

const FlowList = lazy(screens.flows);
const BoardScreen = lazy(screens.board);
const Versions = lazy(screens.versions);
const CallList = lazy(screens.calls);
const CallTrace = lazy(screens.call);
const Numbers = lazy(screens.numbers);
const Secrets = lazy(screens.secrets);
const AudioFiles = lazy(screens.audio);
const Help = lazy(screens.help);
const People = lazy(screens.people);
const Login = lazy(screens.login);

function screen(route: Route): ReactNode {
  switch (route.name) {
    case "flows":
      return <FlowList />;
    case "board":
      return <BoardScreen key={route.id} flow={route.id} />;
    case "versions":
      return <Versions key={route.id} flow={route.id} />;
    case "calls":
      return <CallList />;
    case "call":
      return <CallTrace key={route.id} call={route.id} />;
    case "numbers":
      return <Numbers />;
    case "secrets":
      return <Secrets />;
    case "audio":
      return <AudioFiles />;
    case "help":
      return <Help page={route.id} />;
    case "people":
      return <People />;
    case "login":
      return <Login />;
    default:
      return <NotFound />;
  }
}

export function App() {
  const route = useRoute();
  const { asked, problem } = useSession();
  const opened = useRef(route);
  return (
    <>
      <a className="skip" href="#main">
        {t.skipToTheContent}
      </a>
      {problem && <ProblemStrip problem={problem} retry={() => void loadSession()} />}
      <Broken key={JSON.stringify(route)}>
        <Suspense fallback={<Loading />}>
          {asked ? screen(route) : <Loading />}
          <Arrival moved={route !== opened.current} />
        </Suspense>
      </Broken>
      <Toasts />
      <Announcer />
    </>
  );
}

/** After a move to another screen, and once that is there, the keyboard goes on from its beginning. */
function Arrival({ moved }: { moved: boolean }) {
  useEffect(() => {
    const main = document.getElementById("main");
    if (moved && !main?.contains(document.activeElement)) main?.focus({ preventScroll: true });
  }, [moved]);
  return null;
}

/** When drawing a screen fails, say so and keep the rest. */
class Broken extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Strip kind="bad" text={fill(t.thisScreenCouldNotBe, { message: error.message })}>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t.loadItAnew}
        </button>
      </Strip>
    );
  }
}
