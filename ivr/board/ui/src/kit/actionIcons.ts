import {
  Bell, Box, Calculator, CalendarClock, CaseSensitive, CornerDownRight, CornerRightDown, Globe, Grid3x3, Hash, ListTree,
  type LucideIcon, MessageCircle, MessageSquare, MessageSquareText, Percent, PhoneForwarded, PhoneIncoming, PhoneOff, Split,
  Variable, Voicemail, Webhook,
} from "lucide-react";

/** The icons that actions of the server name, and no others: every page that shows an action loads them all. */
const icons = new Map<string, LucideIcon>(Object.entries({
  bell: Bell, calculator: Calculator, "calendar-clock": CalendarClock, "case-sensitive": CaseSensitive,
  "corner-down-right": CornerDownRight, "corner-right-down": CornerRightDown, globe: Globe, "grid-3x3": Grid3x3, hash: Hash,
  "list-tree": ListTree, "message-circle": MessageCircle, "message-square": MessageSquare,
  "message-square-text": MessageSquareText, percent: Percent, "phone-forwarded": PhoneForwarded,
  "phone-incoming": PhoneIncoming, "phone-off": PhoneOff, split: Split, variable: Variable, voicemail: Voicemail,
  webhook: Webhook,
}));

/** The icon of that name, or a plain box. */
export function actionIcon(name: string): LucideIcon {
  return icons.get(name) ?? Box;
}
