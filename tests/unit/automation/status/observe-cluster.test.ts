import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { nodeScript, parseNodeView } from "../../../../automation/status/node-view.js";
import { inTime } from "../../../../automation/status/observe-cluster.js";

const FREGE = { node: "frege", address: "10.203.3.11" };

it("a node that takes its time is late, and one that cannot be asked says why", async () => {
  const never = new Promise<string>(() => undefined);
  expect(await inTime(FREGE, () => never, 20)).toEqual({
    ...FREGE,
    reachable: false,
    late: true,
    why: "took the connection and did not answer within 0.02 s",
  });
  const dead = (): Promise<string> => Promise.reject(new Error("no answer within 2 s"));
  expect(await inTime(FREGE, dead, 1_000)).toMatchObject({
    late: false,
    why: "no answer within 2 s",
  });
  expect(await inTime(FREGE, () => Promise.resolve(""), 1_000)).toMatchObject({ reachable: true });
});

/**
 * The script as a host runs it, with these tools before the system's own. Without a home and with no socket as its input: bash would take
 * that for a remote login and read start-up files of whoever runs the tests, with the tools below.
 */
function runWithTools(folder: string): Buffer {
  return execFileSync("bash", ["-c", nodeScript(["frege"], [])], {
    env: { PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, SHLVL: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 15_000,
  });
}

it("the script tells a tool that was cut off from one that has nothing to say", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-tools-"));
  try {
    const tools = {
      pvesm: "exit 124",
      "ha-manager": "echo quorum OK",
      timeout: 'shift; exec "$@"',
    };
    for (const [name, body] of Object.entries(tools)) {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
      chmodSync(path.join(folder, name), 0o755);
    }
    const output = runWithTools(folder);
    expect(parseNodeView("frege", "10.203.3.11", output.toString())).toMatchObject({
      storages: undefined,
      ha: ["quorum OK"],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each([
  ["mktemp", 'echo "mktemp: failed to create directory: No space left on device" >&2; exit 1'],
  ["head", "echo \"head: error writing 'standard output': No space left on device\" >&2; exit 1"],
])("a host on which nothing can be written in /tmp says so: %s", (tool, body) => {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-tools-"));
  try {
    writeFileSync(path.join(folder, tool), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(folder, tool), 0o755);
    const output = runWithTools(folder);
    expect(parseNodeView("frege", "10.203.3.11", output.toString())).toMatchObject({
      closed: "No space left on device",
      storages: undefined,
      ha: [
        "frege could not be asked: nothing can be written in its /tmp (No space left on device)",
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
