import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  EXIT_OTHER_DRILL,
  IDLE_SCRIPT,
  parseRecord,
  recordScript,
  restoreScript,
} from "../../../../automation/drill/record.js";

const INTENT = { drill: "off", node: "russell", maintenance: true, switchOn: true } as const;

/** A member's own folder and tools, so that the scripts run as they do there. */
describe("what a drill leaves with its keeper", () => {
  let folder: string;
  const kept = () => path.join(folder, "kept");
  const asked = () => path.join(folder, "asked");

  function tool(name: string, body: string): void {
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${asked()}\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }

  function run(script: string) {
    const here = script
      .replaceAll("/var/lib/proxmox-ha", kept())
      .replaceAll("/usr/bin/python3 -I -B /usr/lib/proxmox-ha/fencer/main.py", "fencer");
    return spawnSync("bash", ["-c", here], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: "utf8",
      timeout: 20_000,
    });
  }

  const record = () => path.join(kept(), "drill.json");
  const calls = () => readFileSync(asked(), "utf8").trim().split("\n");

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-drill-"));
    for (const name of ["systemd-run", "systemctl", "fencer", "ha-manager", "sleep"]) {
      tool(name, "");
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is a record and a timer, which restore what the record says", () => {
    expect(run(recordScript(INTENT)).status).toBe(0);
    expect(parseRecord("frege", readFileSync(record(), "utf8"))).toMatchObject(INTENT);
    expect(calls().at(-1)).toMatch(
      /^systemd-run .*--unit=proxmox-ha-drill-restore --on-active=30min \/bin\/sh \S+drill-restore\.sh$/,
    );
    expect(
      Number(execFileSync("bash", ["-c", IDLE_SCRIPT.replaceAll("/var/lib/proxmox-ha", kept())])),
    ).toBeLessThan(20);
    rmSync(asked());
    expect(run(readFileSync(path.join(kept(), "drill-restore.sh"), "utf8")).status).toBe(0);
    expect(calls()).toEqual([
      "fencer on russell --yes",
      "ha-manager crm-command node-maintenance disable russell",
      "systemctl stop --no-block proxmox-ha-drill-restore.timer",
    ]);
    expect(existsSync(record())).toBe(false);
  });

  it("is nothing to wait for where there is none, and no error either", () => {
    const idle = IDLE_SCRIPT.replaceAll("/var/lib/proxmox-ha", kept());
    // As one line of several that a host is given: what ends the shell loses what stands behind it.
    expect(run(`${idle}; echo on`)).toMatchObject({ status: 0, stdout: "on\n" });
  });

  it("is not put in the place of another drill's", () => {
    run(recordScript(INTENT));
    rmSync(asked());
    const other = { ...INTENT, node: "plato" };
    expect(run(recordScript(other)).status).toBe(EXIT_OTHER_DRILL);
    expect(readFileSync(record(), "utf8")).toContain("russell");
    expect(existsSync(asked())).toBe(false);
  });

  it("stays while it cannot be restored, after so many tries", () => {
    run(recordScript(INTENT));
    tool("fencer", "exit 2");
    expect(run(restoreScript(INTENT, { by: "command", offFirst: false })).status).toBe(1);
    expect(existsSync(record())).toBe(true);
    expect(calls().filter((call) => call.startsWith("fencer"))).toHaveLength(12);
    expect(calls().join()).not.toContain("ha-manager");
  });

  it("asks no device of a node without one, and ends no maintenance that it did not begin", () => {
    const plain = { node: "russell", maintenance: false, switchOn: false };
    run(recordScript({ drill: "isolate", ...plain }));
    rmSync(asked());
    expect(run(restoreScript(plain, { by: "command", offFirst: false })).status).toBe(0);
    expect(calls()).toEqual(["systemctl stop --no-block proxmox-ha-drill-restore.timer"]);
  });

  it("switches a node off first whose kernel stands still; one at work refuses that and stays on", () => {
    run(recordScript({ ...INTENT, drill: "crash", maintenance: false }));
    rmSync(asked());
    tool("fencer", 'test "$1" != off');
    expect(run(readFileSync(path.join(kept(), "drill-restore.sh"), "utf8")).status).toBe(0);
    expect(calls().slice(0, 2)).toEqual(["fencer off russell --yes", "fencer on russell --yes"]);
  });

  it("is nothing where the timer could not be set", () => {
    tool("systemd-run", "exit 1");
    expect(run(recordScript(INTENT)).status).toBe(1);
    expect(existsSync(record())).toBe(false);
  });

  it("is none where there is no text, and unreadable where it is another one", () => {
    expect(parseRecord("frege", "\n")).toBeUndefined();
    for (const text of ["{}", "half a rec", '{"version":2}']) {
      expect(() => parseRecord("frege", text)).toThrow("is no record of a drill");
    }
  });
});
