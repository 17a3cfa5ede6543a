import { chosen } from "../chosen";

export const audio = chosen("audio", {
  dropSoundsAnywhereHereUp: "Drop sounds anywhere here: up to 10 minutes and 20 MB each",
  chooseFiles: "Choose files",
  wasNotTaken: "was not taken: {why}",
  noAudioFilesYetWhatever: "No audio files yet. Whatever callers are to hear can be put here.",
  theSoundCantBeGot: "The sound can't be got back. While a flow plays it, it stays.",
  deleteSound: "Delete sound",
  listenDelete: "Listen, delete",
  comesWithUs: "Comes with us",
  close: "Close {name}",
  delete: "Delete {name}",
  soundsBroughtIn: { one: "{count} sound brought in", other: "{count} sounds brought in" },
});
