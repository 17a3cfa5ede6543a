/** The scripts of each screen. */
export const screens = {
  flows: () => import("../flows/FlowList"),
  board: () => import("../board/BoardScreen"),
  versions: () => import("../flows/Versions"),
  calls: () => import("../calls/CallList"),
  call: () => import("../calls/CallTrace"),
  numbers: () => import("../numbers/Numbers"),
  secrets: () => import("../secrets/Secrets"),
  audio: () => import("../audio/AudioFiles"),
  help: () => import("../help/Help"),
  people: () => import("../people/People"),
  login: () => import("./Login"),
};
