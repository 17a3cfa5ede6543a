import {
  ArrowRight, Bell, Box, Calculator, Calendar, CalendarClock, CaseSensitive, Clock, CornerDownRight, CornerRightDown, Database, FileText, GitBranch, Globe, Grid3x3, Hash, Headphones,
  ListOrdered, ListTree, type LucideIcon, Mail, MessageCircle, MessageSquare, MessageSquareText, Mic, Music, Parentheses, Percent, Phone, PhoneCall, PhoneForwarded,
  PhoneIncoming, PhoneOff, PhoneOutgoing, Play, Repeat, Send, Settings, Shuffle, Split, Square, Tag, User, Users, Variable,
  Voicemail, Volume2, Webhook,
} from "lucide-react";

/** The icons that an action of the server may name. */
const icons = new Map<string, LucideIcon>(Object.entries({
  "arrow-right": ArrowRight, calculator: Calculator, "calendar-clock": CalendarClock, "case-sensitive": CaseSensitive,
  "corner-right-down": CornerRightDown, "list-tree": ListTree, "message-square-text": MessageSquareText, percent: Percent,
  webhook: Webhook, bell: Bell, calendar: Calendar, clock: Clock, "corner-down-right": CornerDownRight,
  database: Database, "file-text": FileText, "git-branch": GitBranch, globe: Globe, grid: Grid3x3, "grid-3x3": Grid3x3,
  hash: Hash, headphones: Headphones, "list-ordered": ListOrdered, mail: Mail, "message-circle": MessageCircle,
  "message-square": MessageSquare, mic: Mic, music: Music, parentheses: Parentheses, phone: Phone, "phone-call": PhoneCall,
  "phone-forwarded": PhoneForwarded, "phone-incoming": PhoneIncoming, "phone-off": PhoneOff, "phone-outgoing": PhoneOutgoing,
  play: Play, repeat: Repeat, send: Send, settings: Settings, shuffle: Shuffle, split: Split, square: Square, tag: Tag,
  user: User, users: Users, variable: Variable, voicemail: Voicemail, "volume-2": Volume2,
}));

/** The icon of that name, or a plain box. */
export function actionIcon(name: string): LucideIcon {
  return icons.get(name) ?? Box;
}
