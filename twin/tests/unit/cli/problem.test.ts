import { expect, it } from "vitest";
import {
  checkedLabel,
  checkedName,
  checkedPowerAction,
  POWER_ACTIONS,
} from "../../../cli/problem.js";

it.each(["a", "frege-2", "a".repeat(40)])("a twin may be called %s", (name) => {
  expect(checkedName(name)).toBe(name);
});

it.each(["", "A", "a_b", "-a", "a-", "../x", "a".repeat(41)])(
  "no twin may be called %j",
  (name) => {
    expect(() => checkedName(name)).toThrow(/cannot be the name of a twin; use lower-case letters/);
  },
);

it("labels of snapshots are names of folders and never paths", () => {
  expect(checkedLabel("Formed_2.1")).toBe("Formed_2.1");
  for (const label of ["", "../x", "a/b", ".hidden", "a b"]) {
    expect(() => checkedLabel(label)).toThrow(/cannot be the label of a snapshot; use letters/);
  }
});

it("power is switched by the words that the help names", () => {
  for (const action of POWER_ACTIONS) expect(checkedPowerAction(action)).toBe(action);
  expect(() => checkedPowerAction("explode")).toThrow(
    'power cannot be switched "explode"; there are on, off, reset, cycle, shutdown',
  );
});
