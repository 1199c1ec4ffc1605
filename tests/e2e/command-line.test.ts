import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { previewAnswer } from "../../automation/preview/schema.js";
import { eventually, type Finished, type Running, start } from "../../twin/testing/index.js";

/** The real command line in a network of its own, in which the hosts' addresses exist and nothing answers on them. */
const repository = path.resolve(__dirname, "..", "..");
const main = path.join(repository, "bin", "automation", "main.js");
const folder = mkdtempSync(path.join(tmpdir(), "command-line-"));
const committed = readFileSync(path.join(repository, "Pulumi.frege.yaml"), "utf8");
const env = {
  // Whoever has set-up's environment in the shell keeps a state of their own.
  PULUMI_BACKEND_URL: undefined,
  PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  PROXMOX_HA_PROJECT: folder,
  PROXMOX_HA_STATE: path.join(folder, "state"),
  PROXMOX_HA_TEST_PASSWORD: "nobody-asks-for-it",
};
/** Secrets from the environment: there is no parameter store here. */
const stack = committed
  .replaceAll(/\{ ssm: \/ms01[^}]*\}/g, "{ env: PROXMOX_HA_TEST_PASSWORD }")
  .replace(/ {4}secrets:\n.*\n/, "");
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.frege.yaml"), text);

beforeAll(() => {
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    readFileSync(path.join(repository, "Pulumi.yaml")),
  );
  write(stack);
});
afterEach(() => write(stack));
afterAll(() => rmSync(folder, { recursive: true }));

const ADDRESSES = ["ip link set lo up"].concat(
  [11, 12, 13, 21, 22, 23, 99].map((host) => `ip addr add 10.203.3.${host}/32 dev lo`),
);
/** Takes connections on the hosts' ssh port and says nothing, until its deadline. */
const SILENT = `timeout 90 ${process.execPath} -e 'require("net").createServer(() => {}).listen(22)' >/dev/null 2>&1 &`;

function startAlone(words: readonly string[], before = "", terminal = ""): Running {
  const program = `exec ${terminal} ${process.execPath} ${main} "$@"`;
  const script = [...ADDRESSES, before, program].join("\n");
  return start(["unshare", "--net", "sh", "-c", script, "proxmox-ha", ...words], { env });
}
const run = async (...words: string[]): Promise<Finished> => await startAlone(words).finished;

/** One JSON document and nothing else. */
function json(done: Finished): unknown {
  return JSON.parse(done.stdout);
}

describe("exit status 0", () => {
  it("is help, for each verb, and a file without mistakes", async () => {
    const verbs = ["validate", "doctor", "preview", "up", "refresh", "status", "twin"];
    const helps = await Promise.all([run("--help"), ...verbs.map((verb) => run(verb, "--help"))]);
    expect(helps.map(({ status }) => status)).toEqual(helps.map(() => 0));
    for (const verb of verbs) {
      expect(helps[0]?.stdout).toMatch(new RegExp(`^ +${verb}\\b`, "m"));
    }
    for (const help of helps.slice(1, -1)) {
      expect(help.stdout).toContain("--json");
      expect(help.stdout).toContain("Exit status:");
    }
    const version = await run("--version");
    expect([version.status, version.stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    ]);
    const sound = await run("validate", "frege", "--json");
    expect([sound.status, json(sound)]).toMatchObject([0, { errors: 0 }]);
  });
});

describe("exit status 2", () => {
  it.each([
    [["frobnicate"]],
    [["up"]],
    [["up", "frege", "--hard"]],
    [["up", "frege", "--json", "--quiet"]],
    [["validate", "nowhere"]],
    [["preview", "nowhere"]],
    [["up", "nowhere"]],
    [["refresh", "nowhere"]],
    [["status", "nowhere"]],
    [["doctor", "nowhere"]],
    [["report", "nowhere"]],
    [["report", "frege", "--out", "/etc/passwd"]],
    [["twin", "up", "nowhere"]],
  ])("is a mistake of the person: %j", async (words) => {
    const done = await run(...words);
    expect(done.status).toBe(2);
    expect((done.stdout + done.stderr).trim()).not.toBe("");
    expect(done.stderr).not.toMatch(/\n +at /);
  });

  it.each([["validate"], ["preview"], ["up"], ["refresh"], ["status"], ["doctor"]])(
    "is JSON from %s, whatever was wrong with the words",
    async (verb) => {
      for (const words of [["nowhere"], ["frege", "--hard"], ["notes.yaml"]]) {
        const done = await run(verb, ...words, "--json");
        expect([words, done.status, json(done)]).toMatchObject([words, 2, {}]);
      }
    },
  );

  it("is a mistake in the file, with its line, from every verb", async () => {
    write(stack.replace("name: ms01", "name: much-too-long-a-name"));
    for (const verb of ["validate", "preview", "up", "refresh", "status", "doctor"]) {
      const done = await run(verb, "frege");
      expect([verb, done.status]).toEqual([verb, 2]);
      expect(done.stdout + done.stderr).toMatch(/Pulumi\.frege\.yaml:\d+/);
    }
    const line = await run("up", "frege", "--json-lines");
    expect([line.status, line.stdout.trimEnd().split("\n").length]).toEqual([2, 1]);
    expect(json(line)).toMatchObject({ errors: 1 });
  });
});

describe("hosts that do not answer", () => {
  it("leave a preview whole, which says that it has seen nobody: 5", async () => {
    const preview = await run("preview", path.join(folder, "Pulumi.frege.yaml"));
    expect(preview.status).toBe(5);
    expect(preview.stdout).toContain("Cluster ms01: 3 nodes");
    expect(preview.stdout).toContain("No host answers");
    expect(preview.stdout).not.toContain("What was done is recorded");
  });

  it("leave a report by the stack file alone, in which nothing is seen to be well: 5", async () => {
    const file = path.join(folder, "report.html");
    const done = await run("report", "frege", "--out", file, "--json");
    expect([done.status, json(done)]).toMatchObject([
      5,
      { file, healthy: false, notSeen: ["frege", "russell", "wittgenstein"] },
    ]);
    const page = readFileSync(file, "utf8");
    expect(page).toContain("Nothing is known: no node answered");
    expect(page).not.toContain('class="tile good"');
  });

  it("leave it to programs too, in the documented shape, with the texts of files and no secret", async () => {
    const preview = await run("preview", "frege", "--json", "--diff");
    const { files = [], steps, votes } = previewAnswer.parse(json(preview));
    expect(steps.length).toBeGreaterThan(40);
    expect(votes).toEqual({ after: { expected: 3, needed: 2 } });
    expect(files.find(({ path: at }) => at === "/etc/network/interfaces")?.diff).toContain(
      "+iface vmbr0 inet static",
    );
    expect(preview.stdout).not.toContain(env.PROXMOX_HA_TEST_PASSWORD);
    const lines = (await run("preview", "frege", "--json-lines")).stdout.trimEnd().split("\n");
    const types = lines.map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type);
    expect(new Set(types)).toEqual(new Set(["message", "step-planned", "summary"]));
    expect(types.at(-1)).toBe("summary");
    const quiet = await run("preview", "frege", "--quiet");
    expect(quiet.stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^preview frege: \d+ to create/),
    ]);
  });

  it("are 5 for every verb that needs them", async () => {
    for (const verb of ["status", "doctor"]) {
      const done = await run(verb, "frege", "--json");
      expect([verb, done.status]).toEqual([verb, 5]);
      expect(json(done)).toBeTypeOf("object");
    }
    const up = await run("up", "frege", "--json");
    expect([up.status, json(up)]).toMatchObject([5, { status: 5, verb: "up" }]);
    expect(up.stdout).toMatch(/frege \(10\.203\.3\.11\)/);
    expect(up.stdout + up.stderr).not.toContain("taken over");
  });

  it("do not keep a refusal from being told: 3, after what is recorded", async () => {
    const without = stack.replace(/ {6}wittgenstein:\n(?: {8}.*\n)+/, "");
    write(
      without
        .replaceAll(", wittgenstein: 50", "")
        .replace("ports: [en05, en06]", "ports: [en05, en06], topology: pair")
        .replace(
          "links: [management, ring]",
          "links: [management, ring]\n      evenNodesAccepted: true",
        ),
    );
    const done = await run("up", "frege");
    expect(done.stdout).toMatch(
      /refused, nothing was changed: the stack file no longer has wittgenstein/,
    );
    expect(done.status).toBe(3);
  });

  it("are waited for no longer after an interrupt: 130, with what still runs where", async () => {
    const running = startAlone(["up", "frege"], SILENT);
    const locks = path.join(
      env.PROXMOX_HA_STATE,
      "pulumi/.pulumi/locks/organization/proxmox-ha/frege",
    );
    await eventually(
      () => existsSync(locks) && readdirSync(locks).some((name) => name.endsWith(".json")),
      () => "the engine does not start",
      60_000,
    );
    process.kill(running.pid, "SIGINT");
    const done = await running.finished;
    expect(done.stdout).toMatch(/Stopping: no new step starts/);
    expect(done.status).toBe(130);
  });

  it("are waited for no longer after a Ctrl-C on a terminal of 60 columns either, which says what goes on: 130", async () => {
    const terminal = `python3 ${repository}/tests/support/in-terminal.py 60 warning ^C --`;
    const done = await startAlone(["up", "frege"], SILENT, terminal).finished;
    expect(done.stdout).toMatch(/Goes on until then: .*\r\n/);
    expect(done.stdout).toMatch(/up frege: interrupted after [\d.]+ s; run it again to go on\./);
    expect([done.status, done.stderr]).toEqual([130, ""]);
  });
});
