import {
  ArrowRight,
  CircleAlert,
  CornerDownRight,
  Flag,
  Globe,
  Grid3x3,
  type LucideIcon,
  MessageSquare,
  Mic,
  Music,
  PhoneForwarded,
  PhoneIncoming,
  PhoneOff,
  SkipForward,
  TriangleAlert,
  Volume2,
} from "lucide-react";
import { memo } from "react";
import { Icon } from "../kit/Icon";
import { clock, detail } from "../model/call";
import type { CallEvent } from "../model/types";
import { Answered, Asked } from "./Exchange";
import { exitOf, type RowContext } from "./rows";

interface Props extends RowContext {
  event: CallEvent;
  /** The whole answer of a web call. */
  body?: unknown;
  state: "" | "now" | "later";
  onAt?: (seq: number) => void;
}

const icons: Record<string, LucideIcon> = {
  ring: PhoneIncoming,
  start: Flag,
  enter: ArrowRight,
  pass: SkipForward,
  exit: CornerDownRight,
  say: Volume2,
  play: Volume2,
  hold: Music,
  key: Grid3x3,
  request: Globe,
  response: Globe,
  sms: MessageSquare,
  listen: Mic,
  silence: PhoneForwarded,
  end: PhoneOff,
};

function iconOf(event: CallEvent): LucideIcon {
  if (event.kind === "error") return event.level === "warning" ? TriangleAlert : CircleAlert;
  if (event.kind === "ring" && event.detail?.transfer) return PhoneForwarded;
  if (event.kind === "silence" && (event.detail?.hold || event.detail?.stopped)) return Music;
  return event.detail?.speech ? Mic : (icons[event.kind] ?? ArrowRight);
}

function BlockLink({ event, title, onBlock }: Pick<Props, "event" | "title" | "onBlock">) {
  const name = title(event);
  if (!name) return <strong>{event.text || `Block ${event.block}`}</strong>;
  return (
    <button type="button" className="block-link" onClick={() => onBlock(event.block)}>
      {name}
    </button>
  );
}

function Sms({ event }: { event: CallEvent }) {
  return (
    <div className="sms">
      <span>SMS to {detail(event, "to")}</span>
      <p>{event.text}</p>
    </div>
  );
}

function Content(props: Props) {
  const { event, body, port } = props;
  switch (event.kind) {
    case "enter":
      return <BlockLink {...props} />;
    case "pass":
      return (
        <>
          <BlockLink {...props} />
          <small>{event.sentence}</small>
        </>
      );
    case "exit": {
      const { label, kind } = exitOf(event, port);
      return (
        <span className={`by ${kind}`}>
          {label}
          {event.text && event.port && <small>{event.text}</small>}
        </span>
      );
    }
    case "request":
      return <Asked event={event} />;
    case "response":
      return (
        <>
          {event.title && <BlockLink {...props} />}
          <Answered event={event} body={body} />
        </>
      );
    case "sms":
      return <Sms event={event} />;
    case "error":
      return (
        <>
          {event.block > 0 && <BlockLink {...props} />}
          {event.block > 0 && ": "}
          {event.sentence}
        </>
      );
    case "say":
      return <>{event.text}</>;
    default:
      return <>{event.sentence}</>;
  }
}

/** One thing that happened. */
export const Row = memo(function Row(props: Props) {
  const { event, state, onAt } = props;
  const level = event.kind === "error" || event.kind === "end" ? (event.level ?? "") : "";
  const time = clock(event.t);
  return (
    <li className={`row-${event.kind} ${level} ${state}`} aria-current={state === "now" ? "step" : undefined}>
      {onAt ? (
        <button type="button" className="time" aria-label={`Show the call at ${time} s`} onClick={() => onAt(event.seq)}>
          {time}
        </button>
      ) : (
        <span className="time">{time}</span>
      )}
      <Icon of={iconOf(event)} size={14} />
      <div className="what">
        <Content {...props} />
      </div>
    </li>
  );
});
