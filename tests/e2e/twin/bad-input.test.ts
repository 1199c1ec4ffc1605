import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Finished, start } from "../support/command.js";
import { leftoversOf } from "../support/leftovers.js";
import { said, tryTwin } from "../support/twin-hosts.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const name = `e2e-half-${process.pid}`;
const up = (words: readonly string[] = []) =>
  tryTwin(["up", "frege", "--name", name, "--nodes", "frege", ...words]);

/** A sentence for the user: exit code 2, the words, and no trace of the program's insides. */
function expectSentence(done: Finished, words: RegExp): void {
  expect(done.status, said(done)).toBe(2);
  expect(done.stderr).toMatch(words);
  expect(done.stderr).not.toMatch(/^\s+at /m);
}

afterAll(async () => {
  await tryTwin(["down", name, "--forget-snapshots"]);
});

describe("what a twin cannot be made of", () => {
  it("is told in a sentence, and nothing is left behind", async () => {
    expectSentence(
      await tryTwin(["up", "hegel", "--name", name]),
      /there is no stack "hegel"; looked for .*Pulumi\.hegel\.yaml/,
    );
    expectSentence(
      await tryTwin(["up", "frege", "--name", "No Name"]),
      /"No Name" cannot be the name of a twin; use lower-case letters/,
    );
    expectSentence(
      await tryTwin(["up", "frege", "--name", name, "--nodes", "kant"]),
      /the stack has no node kant; it has frege, russell, wittgenstein/,
    );
    expectSentence(
      await tryTwin(["ssh", name, "frege", "true"]),
      new RegExp(`no twin "${name}" is running`),
    );
    expect(leftoversOf(name)).toEqual([]);
  });

  it("is also somebody who is not root", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-not-root-"));
    try {
      const done = await start(
        [
          ...["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
          ...[process.execPath, path.join(repository, "bin", "automation", "main.js")],
          ...["twin", "up", "frege", "--name", name],
        ],
        { env: { HOME: folder }, deadlineMs: 30_000 },
      ).finished;
      expectSentence(done, /only root may do; run it with sudo/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(leftoversOf(name)).toEqual([]);
  });
});

describe("an earlier twin of the same name", () => {
  it("stands in the way while it runs", async () => {
    expect((await up()).status).toBe(0);
    expectSentence(await up(), new RegExp(`a twin "${name}" is running already; use it, end it`));
  });

  it("is told to be half-dead when its supervisor was killed, and replaced by the next up", async () => {
    process.kill(supervisorOf(name), "SIGKILL");
    expectSentence(
      await tryTwin(["status", name]),
      new RegExp(`does not answer .*twin down ${name}.* removes what is left`),
    );
    const done = await up();
    expect(done.status, said(done)).toBe(0);
    expect(done.stderr).toContain(`removed what an earlier twin "${name}" left behind:`);
    expect((await tryTwin(["ssh", name, "frege", "--", "hostname"])).stdout).toBe("frege\n");
  });

  it("is cleared away by down when its supervisor was killed", async () => {
    process.kill(supervisorOf(name), "SIGKILL");
    expect((await tryTwin(["down", name])).status).toBe(0);
    expect(leftoversOf(name)).toEqual([]);
  });
});

function supervisorOf(twin: string): number {
  const file = path.join("/run/proxmox-ha/twins", twin, "state.json");
  return z.object({ pid: z.int() }).parse(JSON.parse(readFileSync(file, "utf8"))).pid;
}
