import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseState, runJob } from "../../../../dynamic-providers/shell/job.js";
import { FakeClock, FakeHost } from "../pvecm/fake-cluster.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-job-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A host on which the unit is active for so many looks at it; `sleep` costs no time there. */
function onHost(activeFor: number, script: string): string {
  const stub = (name: string, text: string): void => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  stub("sleep", "exit 0");
  stub(
    "systemctl",
    `echo look >> ${folder}/looks; test $(wc -l < ${folder}/looks) -gt ${activeFor} && echo inactive || echo active`,
  );
  return spawnSync("bash", [], {
    input: script,
    encoding: "utf8",
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder },
  }).stdout;
}

describe("long work on a host", () => {
  it("is waited for there, and its end is seen within the same look", async () => {
    const scripts: string[] = [];
    const host = new FakeHost("frege", (verb) =>
      verb.startsWith("wait") ? "inactive\n0\ndone" : "",
    );
    const { run } = host;
    host.run = (script, options) => {
      scripts.push(script);
      return run.call(host, script, options);
    };
    const job = { unit: "work", doing: "working", deadlineMs: 60_000, script: "true" };
    expect(await runJob(job, host, new FakeClock())).toBe("done");
    const look = scripts.at(-1) ?? "";
    expect(parseState(onHost(5, look))).toMatchObject({ running: false });
    rmSync(path.join(folder, "looks"));
    expect(parseState(onHost(1_000, look))).toMatchObject({ running: true });
  });
});
