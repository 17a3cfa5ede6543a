import { AudioLines, Ear, Mic, Music, Phone as PhoneIcon, PhoneOff, RefreshCw, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../kit/Button";
import { Icon } from "../kit/Icon";
import { ending, type HeardCall, minutes } from "../model/call";
import { nameOf, useBoard, useDerived } from "../model/useBoard";
import { common } from "../words/en/common";
import { phone as t } from "../words/en/phone";
import { fill } from "../words/fill";
import { Keypad } from "./Keypad";
import { call as begin } from "./startValues";
import { hangUp, isUp, press, useTestCall, versionCalled } from "./testCall";
import { useTime } from "./useTime";

/** What sounds, or what the call waits for. */
function sounding(call: HeardCall) {
  if (call.phase === "ended") return null;
  if (call.phase === "holding" && !call.words) return { icon: Music, text: common.holdMusic, warm: true };
  if (call.words) return { icon: Volume2, text: t.speaking };
  if (call.sound) return { icon: AudioLines, text: call.sound };
  if (call.listens === "record") return { icon: Mic, text: t.recording };
  if (call.listens === "speech") return { icon: Ear, text: t.saySomethingNow };
  return call.listens ? { icon: Ear, text: t.waitingForAKey } : null;
}

/** Where a call is that is at no block of this board. */
function whereabouts(call: HeardCall | null, dialling: boolean): string {
  if (!call) return dialling ? t.calling : "";
  if (call.phase === "ended") return t.callEnded;
  return call.flow ? fill(t.in, { flow: call.flow }) : t.ringing;
}

function Screen({ flow }: { flow: string }) {
  const call = useTestCall((state) => state.call);
  const dialling = useTestCall((state) => state.dialling);
  const line = useTestCall((state) => state.line);
  const name = useBoard((state) => state.flow.name) || flow;
  const here = useDerived((derived) => (call?.here ? nameOf(derived, call.here) : ""));
  const time = useTime(call);
  const sounds = call && sounding(call);
  const where = here || whereabouts(call, dialling) || name;
  return (
    <div className={`screen ${call && call.phase !== "ended" ? "lit" : ""}`} role="group" aria-label={t.screenOfThePhone}>
      <p className="where">{where}</p>
      <p className="status">
        <span>{call ? minutes(time) : dialling ? "" : t.ready}</span>
        {line === "waiting" && call?.phase !== "ended" ? (
          <span className="warm">
            <Icon of={RefreshCw} size={12} /> {t.connectingAgain}
          </span>
        ) : (
          sounds && (
            <span className={sounds.warm ? "warm" : ""}>
              <Icon of={sounds.icon} size={12} /> {sounds.text}
            </span>
          )
        )}
        {call?.phase === "ended" && <span>{ending(call.events)}</span>}
      </p>
      <p className="words">{call?.words}</p>
    </div>
  );
}

const fields = "input, textarea, select, [contenteditable=true]";

/** Digits and H from the keyboard, while no field has the focus and no dialog is open. */
function useDigits(flash: (key: string) => void): void {
  useEffect(() => {
    function pressed(event: KeyboardEvent): void {
      const target = event.target as Element | null;
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (target?.matches?.(fields) || document.querySelector("dialog[open]") || !isUp(useTestCall.getState())) return;
      const key = event.key.toUpperCase();
      if (/^[0-9*#]$/.test(key) && !event.repeat) {
        press(key);
        flash(key);
      } else if (key === "H") hangUp();
      else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [flash]);
}

/** The screen, the keys, and the one big button. */
export function Handset({ flow }: { flow: string }) {
  const call = useTestCall((state) => state.call);
  const dialling = useTestCall((state) => state.dialling);
  const looks = useBoard((state) => state.readOnly);
  const which = versionCalled(
    useTestCall((state) => state.which),
    looks,
  );
  const wrong = useBoard((state) => state.checked.problems.some((problem) => problem.level === "error"));
  const button = useRef<HTMLButtonElement>(null);
  const [lit, setLit] = useState("");
  const timer = useRef(0);
  const up = isUp({ call, dialling });
  const refused = !up && which === "draft" && wrong;
  const flash = useRef((key: string) => {
    setLit(key);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setLit(""), 160);
  }).current;

  useDigits(flash);
  useEffect(() => button.current?.focus({ preventScroll: true }), []);

  return (
    <div className="handset card">
      <Screen flow={flow} />
      <Keypad
        lit={lit}
        live={up}
        onPress={(key) => {
          press(key);
          flash(key);
        }}
      />
      <Button
        ref={button}
        className={`call-button ${up ? "hang-up" : ""}`}
        icon={up ? PhoneOff : PhoneIcon}
        aria-disabled={refused || undefined}
        aria-describedby={refused ? "call-refused" : undefined}
        onClick={() => (up ? hangUp() : refused || begin())}
      >
        {up ? t.hangUp : call ? t.callAgain : t.call}
      </Button>
    </div>
  );
}
