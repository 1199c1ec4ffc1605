import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visible } from "../../../automation/visible.js";

describe("text for a terminal", () => {
  it("shows what the terminal would obey", () => {
    expect(visible("a\u001b[2Jb\u0007\r\u202e\u009b1m")).toBe(
      "a\\u001b[2Jb\\u0007\\u000d\\u202e\\u009b1m",
    );
  });

  it("keeps lines, tabs and letters of every script", () => {
    const text = "Zürich\t東京\nläuft 👍\n";
    expect(visible(text)).toBe(text);
    expect(visible("a\r\nb")).toBe("a\nb");
  });

  it("holds nothing that a terminal obeys, whatever came", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(text)).not.toMatch(/(?![\n\t])\p{Cc}/u);
      }),
    );
  });
});
