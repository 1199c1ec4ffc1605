import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../../../../automation/preview/unified-diff.js";

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at + 1}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("a unified diff", () => {
  it("is nothing of equal texts", () => {
    expect(unifiedDiff("a\nb\n", "a\nb\n")).toEqual([]);
  });

  it("has three lines around each change, and changes that are near each other in one piece", () => {
    const before = numbered(30);
    const after = before.with(9, "ten").with(14, "fifteen").with(29, "thirty");
    expect(unifiedDiff(text(before), text(after))).toEqual([
      "@@ -7,12 +7,12 @@",
      ...[" 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13", " 14", "-15", "+fifteen"],
      ...[" 16", " 17", " 18"],
      "@@ -27,4 +27,4 @@",
      ...[" 27", " 28", " 29", "-30", "+thirty"],
    ]);
  });

  it("counts lines as diff does where one of the texts is empty", () => {
    expect(unifiedDiff("", "a\nb\n")).toEqual(["@@ -0,0 +1,2 @@", "+a", "+b"]);
    expect(unifiedDiff("a\n", "")).toEqual(["@@ -1 +0,0 @@", "-a"]);
  });

  it("keeps lines that have only moved apart", () => {
    expect(unifiedDiff("a\nb\nc\n", "a\nx\nb\nc\n")).toEqual([
      "@@ -1,3 +1,4 @@",
      ...[" a", "+x", " b", " c"],
    ]);
  });
});
