import { describe, expect, it } from "vitest";
import { isAtLeast, parseVersion } from "../../../toolchain/version.mjs";

describe("parseVersion", () => {
  it.each([
    ["v3.259.0", [3, 259, 0]],
    ["go1.26.8", [1, 26, 8]],
    ["go1.21", [1, 21, 0]],
    ["3.260.0-alpha.1+abc", [3, 260, 0]],
    ["no version", undefined],
  ])("reads %s", (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});

describe("isAtLeast", () => {
  it.each([
    ["3.231.0", "3.231.0", true],
    ["3.1000.0", "3.231.0", true],
    ["4.0.0", "3.231.9", true],
    ["3.230.9", "3.231.0", false],
    ["2.999.999", "3.0.0", false],
    ["", "3.0.0", false],
    [undefined, "3.0.0", false],
  ])("%s against %s is %s", (version, oldest, expected) => {
    expect(isAtLeast(version, oldest)).toBe(expected);
  });
});
