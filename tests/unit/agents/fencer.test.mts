import { execFile, execFileSync } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const script = path.join("agents", "fencer", "tests", "report.py");
const told = z.object({ id: z.string(), wrong: z.string().optional() });
const linesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => told.parse(JSON.parse(line)));

const tests = linesOf(execFileSync("python3", ["-B", script, "list"], { encoding: "utf8" }));

/** The fencer is Python, and so are its tests; each counts here as one of ours. */
describe("the fencer", () => {
  const results = new Map<string, string>();

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)("python3", ["-B", script, "run"], {
      maxBuffer: 16 * 1024 * 1024,
      timeout: 900_000,
    }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }));
    for (const { id, wrong } of linesOf(stdout)) results.set(id, wrong ?? "");
  }, 910_000);

  it("has tests", () => {
    expect(tests.length).toBeGreaterThan(50);
  });

  it.each(tests.map(({ id }) => id))("%s", (id) => {
    expect(results.get(id) ?? "it was not run").toBe("");
  });
});
