import { Component, type ComponentType, createContext, type ReactNode, useContext, useEffect, useRef } from "react";
import { loadSession, useSession } from "../api/session";
import { Announcer } from "../kit/announce";
import { Loading } from "../kit/Empty";
import { late } from "../kit/late";
import { ProblemStrip, Strip } from "../kit/Strip";
import { Toasts } from "../kit/Toast";
import { type Route, useRoute } from "../nav/routes";
import { app as t } from "../words/en/app";
import { fill } from "../words/fill";
import { NotFound } from "./NotFound";
import { screens } from "./screens";

/** Whether the visitor came here from another screen. */
const Moved = createContext(false);

/** A screen whose script comes when it is drawn. */
function coming<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  return late(async () => {
    const { default: Screen } = await load();
    return (props: P) => (
      <>
        <Screen {...props} />
        <Arrival />
      </>
    );
  });
}

const FlowList = coming(screens.flows);
const BoardScreen = coming(screens.board);
const Versions = coming(screens.versions);
const CallList = coming(screens.calls);
const CallTrace = coming(screens.call);
const Numbers = coming(screens.numbers);
const Secrets = coming(screens.secrets);
const AudioFiles = coming(screens.audio);
const Help = coming(screens.help);
const People = coming(screens.people);
const Login = coming(screens.login);

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
      return (
        <>
          <NotFound />
          <Arrival />
        </>
      );
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
        <Moved value={route !== opened.current}>{asked ? screen(route) : <Loading />}</Moved>
      </Broken>
      <Toasts />
      <Announcer />
    </>
  );
}

/** After a move to another screen, and once that is there, the keyboard goes on from its beginning. */
function Arrival() {
  const moved = useContext(Moved);
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
