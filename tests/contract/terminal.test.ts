import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Finished, start } from "../../twin/testing/index.js";

const support = path.resolve(__dirname, "..", "support");
const RUN = [process.execPath, path.join(support, "watched-run.cjs")];

/** On a terminal of 60 columns, with what is typed once something is shown. */
async function onTerminal(
  words: readonly string[],
  typed: readonly (readonly [shown: string, keys: string])[],
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const terminal = ["python3", path.join(support, "in-terminal.py"), "60", ...typed.flat(), "--"];
  return await start([...terminal, ...RUN, ...words], { env: { TERM: "xterm", ...env } }).finished;
}

/** What a log would have of it. */
const plainly = async (...words: string[]): Promise<Finished> =>
  await start([...RUN, ...words]).finished;

/** Lines as they are written, without the signs that move the cursor. */
function linesOf({ stdout }: Finished): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return stdout.split("\r\n").map((line) => line.replace(/\u001b\[\d*[AJ]/g, ""));
}

const UNDER_WAY = /^ {2}(host frege|network management) /;
const DRAWN = "management-g";
/** Behind the answer to the first Ctrl-C the clock has gone on twice: whatever comes now is another press. */
const LATER = `once more.*${[
  String.raw`frege[^\n]*, (\d+) s of`,
  String.raw`frege[^\n]*, (?!\1 )(\d+) s of`,
  String.raw`frege[^\n]*, (?!\1 |\2 )\d+ s of`,
].join(".*")}`;

describe.each([{}, { NO_COLOR: "1" }])("a terminal of 60 columns, with %j", (env) => {
  it("has a line for each node and phase, with its time and the usual one, none of them wrapped or coloured", async () => {
    const done = await onTerminal(["lines", "ends"], [[DRAWN, "^C"]], env);
    const drawn = linesOf(done).filter((line) => UNDER_WAY.test(line));
    expect(drawn).toContain("  host frege  frege-packages, 0 s of about 1 min 35 s");
    expect(drawn).toContain("  network management  management-g, 0 s of about 1 min 35 s");
    for (const line of drawn) {
      expect(line.length).toBeLessThan(60);
      expect(line).toMatch(/, \d+ s of about 1 min 35 s$/);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    expect(done.stdout).not.toMatch(/\u001b\[[\d;]*m/);
  });
});

describe("Ctrl-C on a terminal", () => {
  it("stops the run, says what goes on until then, and the run comes to its end: 130", async () => {
    const done = await onTerminal(["lines", "ends"], [[DRAWN, "^C"]]);
    const lines = linesOf(done);
    const stopping = lines.findIndex((line) => line.includes("Stopping: no new step starts"));
    expect(lines.slice(stopping + 1)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /create frege-packages \(host\/Packages\), \d s of about 1 min 35 s; waits for apt on the host/,
        ),
        expect.stringMatching(/waits for this to hold: every pair of nodes reaches each other/),
      ]),
    );
    expect(lines.slice(-2)).toEqual([
      expect.stringContaining("up frege: interrupted after 1 s; run it again to go on."),
      "",
    ]);
    expect(done.status).toBe(130);
  });

  it("pressed twice leaves at once: 130, without waiting for the end", async () => {
    const done = await onTerminal(
      ["lines", "stays"],
      [
        [DRAWN, "^C"],
        [LATER, "^C"],
      ],
    );
    expect(done.stdout).toContain("Ctrl-C once more leaves at once");
    expect(done.stdout).not.toContain("interrupted after");
    expect([done.status, done.stderr]).toEqual([130, ""]);
  });
});

describe("a terminal that draws nothing anew", () => {
  it("gets the lines of a log", async () => {
    const done = await onTerminal(["lines", "ends"], [[DRAWN, "^C"]], { TERM: "dumb" });
    expect(done.stdout).not.toContain("\u001b");
    expect(done.stdout).toContain("create     frege-packages (host/Packages), about 1 min 35 s");
    expect(done.status).toBe(130);
  });
});

describe("without a terminal", () => {
  it("there are plain lines for what starts and what ends", async () => {
    const done = await plainly("lines", "done");
    expect(done.stdout.split("\n")).toEqual([
      "up frege",
      "phase 1 of 9, Hosts: 0 done, 1 under way, 0 s",
      "  create     frege-packages (host/Packages), about 1 min 35 s; waits for apt on the host",
      "phase 2 of 9, Networks: 0 done, 2 under way, 0 s",
      "  create     management-gate (host/Paths), about 1 min 35 s; waits for this to hold: every pair of nodes reaches each other at full size, both ways",
      expect.stringMatching(/^ {2}done {7}frege-packages in 0\.\d s$/),
      expect.stringMatching(/^ {2}done {7}management-gate in 0\.\d s$/),
      "up frege: 2 created, 0 unchanged, 1 s.",
      "",
    ]);
    expect(done.status).toBe(0);
  });

  it("and quiet there is the last line alone", async () => {
    const done = await plainly("quiet", "done");
    expect(done.stdout).toBe("up frege: 2 created, 0 unchanged, 1 s.\n");
  });

  it("a program gets each event as a line of JSON, and the outcome as the last one", async () => {
    const done = await plainly("json lines", "done");
    const events = done.stdout
      .trimEnd()
      .split("\n")
      .map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type);
    expect(events).toEqual(["step-begun", "gate-begun", "step-ended", "gate-opened", "summary"]);
    const one = await plainly("json", "done");
    expect(JSON.parse(one.stdout)).toMatchObject({ status: 0, verb: "up", changes: { create: 2 } });
  });
});
