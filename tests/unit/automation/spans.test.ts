import { expect, it } from "vitest";
import { duration, spanOf } from "../../../automation/spans.js";

it.each([
  [0, "0 s"],
  [40.4, "40 s"],
  [125, "2 min 5 s"],
  [4_230, "1 h 10 min"],
])("%d seconds are waited for as %s", (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

it.each([
  [0.4, "0 s"],
  [119, "119 s"],
  [120, "2 min"],
  [7_199, "120 min"],
  [7_200, "2 h"],
  [172_800, "2 days"],
])("what is %d seconds old is %s old", (seconds, said) => {
  expect(spanOf(seconds)).toBe(said);
});
