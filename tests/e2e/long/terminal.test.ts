import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, expectDone, type Finished } from "../../../twin/testing/index.js";
import { plainCluster } from "../support/plain-cluster.js";
import { ProgramTwin } from "../support/program-twin.js";
import { COLUMNS, TerminalScreen } from "../support/terminal-screen.js";

/** A person before a terminal of 60 columns. The file knows two of three machines at first. */
const folder = mkdtempSync(path.join(tmpdir(), "terminal-"));
const file = path.join(folder, "Pulumi.terminal.yaml");
const repository = path.resolve(__dirname, "..", "..", "..");
const main = path.join(repository, "bin", "automation", "main.js");
const TWO = plainCluster("terminal", 3)
  .replace(/^ +node03: .*\n/m, "")
  .replace("links: [management]", "links: [management], evenNodesAccepted: true");
const SECONDS = 500;
let twin: ProgramTwin;

/** What is typed once something is shown. */
type Typed = readonly (readonly [shown: string, keys: string])[];

async function atTerminal(
  words: readonly string[],
  typed: Typed = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const terminal = ["python3", path.join(repository, "tests", "support", "in-terminal.py")];
  const call = [...terminal, `${COLUMNS}`, ...typed.flat(), "--", process.execPath, main, ...words];
  return await twin.startInside(call, {
    env: { TERM: "xterm", IN_TERMINAL_SECONDS: `${SECONDS}`, ...env },
    deadlineMs: (SECONDS + 60) * 1_000,
  }).finished;
}

const shownBy = ({ stdout }: Finished): readonly string[] => new TerminalScreen(stdout).all;

/** A line of what is under way: a phase or node, its oldest step, and since when. */
const UNDER_WAY = /^ {2}(host|network|cluster|ha) .*, \d+ (s|min)/;
const DRAWN = String.raw`node01  [^\n]*, \d+ s`;
/** Whether an engine has the stack by now. */
const isHeld = (): boolean => {
  const locks = path.join(
    twin.programFolder,
    "pulumi/.pulumi/locks/organization/proxmox-ha/terminal",
  );
  return existsSync(locks) && readdirSync(locks).some((name) => name.endsWith(".json"));
};

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  writeFileSync(file, plainCluster("terminal", 3));
  twin = await ProgramTwin.up("terminal", "terminal");
  writeFileSync(file, TWO);
});
afterAll(() => closeAll(twin, folder));

describe("Ctrl-C at a terminal", () => {
  it("pressed once says what goes on until the run ends, and the next one goes on", async () => {
    const stopped = await atTerminal(["up", "terminal"], [[DRAWN, "^C"]]);
    const lines = shownBy(stopped);
    const stopping = lines.findIndex((line) => line.includes("Stopping: no new step starts"));
    expect(lines[stopping + 2] ?? "").toMatch(/^Goes on until then/);
    expect(lines.join("")).toMatch(
      /up terminal: interrupted after [\d.]+ s; run it again to go on/,
    );
    expect(lines.filter((line) => UNDER_WAY.test(line))).toEqual([]);
    expect([stopped.status, stopped.stderr, isHeld()]).toEqual([130, "", false]);
  });

  it("pressed twice leaves at once, while the engine ends what is under way, and the next one goes on", async () => {
    const left = await atTerminal(
      ["up", "terminal"],
      [
        ["phase 3 of ", "^C"],
        // Two seconds later: within half of one it would be the first one, as npx hands it on.
        ["leaves at once.*-founded, [2-9] s", "^C"],
      ],
    );
    const lines = shownBy(left).join("\n");
    expect(lines).not.toContain("interrupted after");
    expect([left.status, left.stderr, isHeld()], lines).toEqual([130, "", true]);
  });
});

describe("`up` at a terminal of 60 columns", () => {
  it("draws what is under way in place, without colours, and leaves a screen that tells how it ended", async () => {
    const done = await atTerminal(["up", "terminal"], [], { NO_COLOR: "1" });
    expectDone(done, "up terminal");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    const written = done.stdout.split(/\r\n|\u001b\[\d*[AJ]/);
    const drawn = written.filter((line) => UNDER_WAY.test(line));
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.filter(({ length }) => length >= COLUMNS)).toEqual([]);
    const lines = shownBy(done);
    expect(lines.filter((line) => UNDER_WAY.test(line))).toEqual([]);
    const end = lines.slice(lines.findIndex((line) => line.startsWith("up terminal: ")));
    expect(end[0]).toMatch(/^up terminal: \d+ (created|updated)/);
    expect(end.join("\n")).toMatch(/node01[\s\S]*node02[\s\S]*\nGo on\n/);
  });

  it("is a log where the terminal is a dumb one", async () => {
    await twin.on("node01", "echo 10.20.0.77 by-hand >> /etc/hosts");
    const refresh = await atTerminal(["refresh", "terminal"], [], { TERM: "dumb" });
    expect(refresh.stdout).toContain("1 found different");
    const up = await atTerminal(["up", "terminal"], [], { TERM: "dumb" });
    expect(expectDone(up, "up terminal")).toContain("1 updated");
    expect(refresh.stdout + up.stdout).not.toContain("\u001b");
  });
});

describe("`status --watch` at a terminal", () => {
  it("shows each look in the place of the one before until Ctrl-C, and ends with what it saw", async () => {
    const looked = "looked at every 2 s";
    const done = await atTerminal(
      ["status", "terminal", "--watch", "2"],
      [[`${looked}.*${looked}.*${looked}`, "^C"]],
    );
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const shown = shownBy(done).slice(-24).join("\n");
    expect(shown.split(looked)).toHaveLength(2);
  });
});

describe("a question at a terminal", () => {
  const add = ["node", "terminal", "add", "node03", "--address", "10.20.0.13", "--like", "node01"];

  it("is refused by any other word: the file is as it was", async () => {
    const refused = await atTerminal(add, [["Type node03 to go on: ", "no\r"]]);
    expect(refused.status).toBe(3);
    expect(shownBy(refused).join("")).toContain(
      "node03 was not typed: the stack file is as it was",
    );
    expect(readFileSync(file, "utf8")).toBe(TWO);
  });

  it("is refused by Ctrl-C too", async () => {
    const refused = await atTerminal(add, [["Type node03 to go on: ", "^C"]]);
    expect(refused.status).toBe(3);
    expect(readFileSync(file, "utf8")).toBe(TWO);
  });

  it("is answered by the node's name: it joins", async () => {
    const done = await atTerminal(add, [["Type node03 to go on: ", "node03\r"]]);
    expectDone(done, "node add node03");
    expect((await twin.status()).quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
  });
});
