import { expect, test } from "vitest";
import { voicesFor } from "../src/model/voices";

const table = {
  as_of: "2026-11-18",
  everywhere: ["man"],
  by_language: {
    "de-AT": ["Polly.Hannah-Neural"],
    "de-DE": ["Polly.Vicki", "Google.de-DE-Chirp3-HD-Kore"],
    "en-US": ["Polly.Joanna-Generative"],
  },
};
const names = (language: string) => voicesFor(table, language).map((each) => each.name);

test("voices of the language come first, then those of its other regions", () => {
  expect(names("de-DE")).toEqual(["Polly.Vicki", "Google.de-DE-Chirp3-HD-Kore", "Polly.Hannah-Neural", "man"]);
  expect(names("de-CH").at(-1)).toBe("man");
  expect(names("xx")).toHaveLength(5);
});

test("each says its language and its kind", () => {
  expect(voicesFor(table, "de-DE").map((each) => each.hint)).toEqual([
    "de-DE, standard",
    "de-DE, chirp3-hd",
    "de-AT, neural",
    "basic",
  ]);
  expect(voicesFor(table, "en-US")[0]?.hint).toBe("en-US, generative");
});
