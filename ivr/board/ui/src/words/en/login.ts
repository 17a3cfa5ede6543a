import { chosen } from "../chosen";

export const login = chosen("login", {
  signIn: "Sign in",
  theBoardIsClosed: "The board is closed",
  openItWithALink:
    "Open it with a link: {code} prints one on the machine of the server. To sign in with a name and a password instead, add a user with {code2}.",
});
