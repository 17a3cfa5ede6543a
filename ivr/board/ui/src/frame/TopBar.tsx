import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { asProblem } from "../api/problem";
import { signOut, useSession } from "../api/session";
import { IconButton } from "../kit/Button";
import { toast } from "../kit/Toast";
import { Link } from "../nav/Link";
import { to, useRoute } from "../nav/routes";
import { common } from "../words/en/common";
import { frame as t } from "../words/en/frame";
import { fill } from "../words/fill";
import { HelpLink } from "./HelpLink";
import { nextTheme, useTheme } from "./theme";
import { topics } from "./topics";

const screens = [
  { name: "flows", label: common.flows, path: to.flows },
  { name: "calls", label: common.calls, path: to.calls },
  { name: "numbers", label: common.numbers, path: to.numbers },
  { name: "audio", label: common.audio, path: to.audio },
  { name: "secrets", label: common.secrets, path: to.secrets },
  { name: "people", label: common.people, path: to.people },
];

interface Props {
  /** What stands behind the list's name and a slash, in place of the screens' names. */
  where?: ReactNode;
  /** The list that `where` is from. */
  list?: "flows" | "calls";
  children?: ReactNode;
}

/** The bar on top: the screens' names, or "Flows /" and where one is. */
export function TopBar({ where, list = "flows", children }: Props) {
  const from = screens.find((screen) => screen.name === list)!;
  return (
    <header className="topbar">
      <Link to={to.flows} className="mark" aria-label={t.flowsStartPage}>
        <Mark />
      </Link>
      <nav aria-label={t.main}>
        {where === undefined ? <Screens /> : <Link to={from.path}>{from.label}</Link>}
        {where !== undefined && <span className="slash">/</span>}
        {where}
      </nav>
      <span className="gap" />
      {children}
      <HelpButton />
      <ThemeButton />
      <SignOutButton />
    </header>
  );
}

function Screens() {
  const { name } = useRoute();
  return screens.map((screen) => (
    <Link key={screen.name} to={screen.path} aria-current={name === screen.name ? "page" : undefined}>
      {screen.label}
    </Link>
  ));
}

export function Mark() {
  return <img src="/favicon.svg" alt="" width={28} height={28} />;
}

/** Help for the screen that is open. */
function HelpButton() {
  const { name } = useRoute();
  return name === "help" ? null : <HelpLink topic={topics[name]} label={common.help} />;
}

const icons = { system: Monitor, light: Sun, dark: Moon };
const names = { system: t.asTheSystem, light: t.light, dark: t.dark };

function ThemeButton() {
  const { theme, choose } = useTheme();
  return (
    <IconButton icon={icons[theme]} label={fill(t.theme, { theme: names[theme] })} onClick={() => choose(nextTheme(theme))} />
  );
}

function leave() {
  signOut().catch((error: unknown) => toast(fill(t.notSignedOut, { message: asProblem(error).message }), { kind: "bad" }));
}

function SignOutButton() {
  const session = useSession((state) => state.session);
  return session?.needed && session.user ? (
    <IconButton icon={LogOut} label={fill(t.signOut, { user: session.user })} onClick={leave} />
  ) : null;
}
