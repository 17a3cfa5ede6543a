import { chosen } from "../chosen";

export const times = chosen("times", {
  today: "Today {time}",
  yesterday: "Yesterday {time}",
});
