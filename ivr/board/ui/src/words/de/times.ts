export const times = {
  today: "Heute {time}",
  yesterday: "Gestern {time}",
} as const;
