import { api } from "./api";
import { app } from "./app";
import { audio } from "./audio";
import { board } from "./board";
import { calls } from "./calls";
import { common } from "./common";
import { flows } from "./flows";
import { frame } from "./frame";
import { groups } from "./groups";
import { help } from "./help";
import { keys } from "./keys";
import { kit } from "./kit";
import { login } from "./login";
import { model } from "./model";
import { numbers } from "./numbers";
import { overlays } from "./overlays";
import { panel } from "./panel";
import { people } from "./people";
import { phone } from "./phone";
import { publish } from "./publish";
import { secrets } from "./secrets";
import { times } from "./times";

const german = {
  api,
  app,
  audio,
  board,
  calls,
  common,
  flows,
  frame,
  groups,
  help,
  keys,
  kit,
  login,
  model,
  numbers,
  overlays,
  panel,
  people,
  phone,
  publish,
  secrets,
  times,
};

/** All words in German. */
export type German = typeof german;

// Whatever has words runs after this script, and finds them here.
Object.assign(globalThis, { german });

export default german;
