import { describe, expect, it } from "vitest";
import { withPlainDays } from "../../components/program/plain-days.js";

describe("a day", () => {
  it("is a day again, at any depth, and other texts stay", () => {
    expect(
      withPlainDays({
        consent: { "node.a": "2026-12-01 00:00:00 +0000 UTC" },
        list: ["x", 3, null],
      }),
    ).toEqual({ consent: { "node.a": "2026-12-01" }, list: ["x", 3, null] });
  });
});
