import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { failedParts, partScript, readParts } from "../../../../dynamic-providers/shell/parts.js";

const MARK = "@@test@@";

type Command = readonly [name: string, command: string];

function output(...commands: readonly Command[]): string {
  const script = commands.map(([name, command]) => partScript(MARK, name, command)).join("\n");
  return execFileSync("sh", ["-ec", script]).toString();
}
const told = (...commands: readonly Command[]) => readParts(MARK, output(...commands));

describe("the answers of one script", () => {
  it("come by name, as they were printed, whatever came of the others", () => {
    const parts = told(
      ["two", "printf ' a\\n\\nb'"],
      ["failed", "echo half; echo trouble >&2; false"],
      ["silent", "true"],
      ["missing", "no-such-command-anywhere"],
      ["last", "echo end"],
    );
    expect([...parts.keys()]).toEqual(["two", "failed", "silent", "missing", "last"]);
    expect(parts.get("two")).toBe(" a\n\nb");
    expect(parts.get("failed")).toBe("half\n");
    expect(parts.get("silent")).toBe("");
    expect(parts.get("missing")).toBe("");
    expect(parts.get("last")).toBe("end\n");
  });

  it("tell what failed from what has nothing to say", () => {
    const said = output(["silent", "true"], ["failed", "echo half; (exit 32)"], ["last", "false"]);
    expect([...failedParts(MARK, said)]).toEqual([
      ["failed", 32],
      ["last", 1],
    ]);
    expect([...readParts(MARK, said).keys()]).toEqual(["silent", "failed", "last"]);
  });

  it("are absent where the output was cut off", () => {
    expect([...readParts(MARK, "")]).toEqual([]);
    expect(readParts(MARK, `before\n${MARK}one\nfirst\n\n${MARK}tw`).get("two")).toBeUndefined();
  });

  it("may hold the answers of another script with a mark of its own", () => {
    const outer = told(["script", `{ ${partScript("@@inner@@", "a", "echo deep")}; }`]);
    expect(readParts("@@inner@@", outer.get("script") ?? "").get("a")).toBe("deep\n");
  });
});
