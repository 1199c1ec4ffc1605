import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { StopWord } from "../../../automation/engine/stop-word.js";
import { STOP_VARIABLE, stopAsked } from "../../../dynamic-providers/transport/base/run-words.js";

it("is heard by who has its place in the environment, from the moment it is given, and leaves nothing", () => {
  const word = new StopWord();
  expect([stopAsked(word.env), stopAsked({}), stopAsked({ [STOP_VARIABLE]: "" })]).toEqual([
    false,
    false,
    false,
  ]);
  word.give();
  expect(stopAsked(word.env)).toBe(true);
  word.over();
  expect(existsSync(word.env[STOP_VARIABLE] ?? "")).toBe(false);
});
