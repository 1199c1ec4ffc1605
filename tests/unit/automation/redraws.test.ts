import { expect, it } from "vitest";
import { redraws } from "../../../automation/redraws.js";

it("is for terminals that can, and for no log", () => {
  expect(redraws({ isTTY: true }, { TERM: "xterm" })).toBe(true);
  expect(redraws({ isTTY: true }, {})).toBe(true);
  expect(redraws({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(redraws({}, { TERM: "xterm" })).toBe(false);
});
