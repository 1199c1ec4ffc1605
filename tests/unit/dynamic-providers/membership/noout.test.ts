import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setNoout, unsetNoout } from "../../../../dynamic-providers/membership/noout.js";
import type { HostShell } from "../../../../dynamic-providers/shell/shell.js";

/** A member whose scripts run here, with programs of ours in place of Ceph's and systemd's, and folders of its own. */
let folder: string;
const at = (name: string): string => path.join(folder, name);
const member: HostShell = {
  node: "berta",
  run: (script) => {
    const here = script
      .replaceAll("/etc/systemd/system", folder)
      .replaceAll("/etc/pve/ceph.conf", at("ceph.conf"));
    const { status, stdout, stderr } = spawnSync("bash", ["-c", here], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, FOLDER: folder },
    });
    return Promise.resolve({ status: status ?? 1, signal: undefined, stdout, stderr });
  },
};
const program = (name: string, text: string) =>
  writeFileSync(at(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
const called = (): string[] => readFileSync(at("called"), "utf8").trim().split("\n");
const units = (): string[] => readdirSync(folder).filter((name) => name.startsWith("proxmox-ha-"));
const set = () => setNoout("adele", { shell: member, purpose: "restart", seconds: 1800 });

/** Ceph that knows two OSDs of the host, and these flags. */
function ceph(flags: object, fails = ""): void {
  writeFileSync(at("ceph.conf"), "[global]\n");
  writeFileSync(at("dump"), JSON.stringify(flags));
  program(
    "ceph",
    `shift 4; case "$*" in "osd ls-tree adele") printf '0\\n3\\n';; "osd dump"*) cat $FOLDER/dump;; ${fails}*) echo "ceph $*" >> $FOLDER/called;; esac`,
  );
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "noout-"));
  writeFileSync(at("called"), "");
  program("systemctl", 'echo "systemctl $*" >> $FOLDER/called');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("Ceph that keeps a host's OSDs while it restarts", () => {
  it("has the end of that arranged before the beginning", async () => {
    ceph({ flags_set: ["sortbitwise"], crush_node_flags: {} });
    expect(await set()).toBe(true);
    expect(called()).toEqual([
      "systemctl daemon-reload",
      "systemctl enable --quiet proxmox-ha-noout-restart-adele.timer",
      "systemctl restart proxmox-ha-noout-restart-adele.timer",
      "ceph osd set-group noout adele",
    ]);
    const [, end] = /^OnCalendar=(.+)$/m.exec(
      readFileSync(at("proxmox-ha-noout-restart-adele.timer"), "utf8"),
    ) ?? [undefined, ""];
    expect(Math.abs(Date.parse(end ?? "") - Date.now() - 1_800_000)).toBeLessThan(60_000);
    expect(readFileSync(at("proxmox-ha-noout-restart-adele.service"), "utf8")).toMatch(
      /^ExecStart=.* osd unset-group noout adele$/m,
    );
  });

  it("is freed of it without a rest, also twice", async () => {
    ceph({});
    await set();
    await unsetNoout("adele", { shell: member, purpose: "restart" });
    await unsetNoout("adele", { shell: member, purpose: "restart" });
    expect(units()).toEqual([]);
    expect(called().filter((line) => line.startsWith("ceph"))).toEqual([
      "ceph osd set-group noout adele",
      "ceph osd unset-group noout adele",
      "ceph osd unset-group noout adele",
    ]);
  });

  it("is left to the person who has told it so, for all hosts or for this one", async () => {
    for (const flags of [
      { flags_set: ["noout"] },
      { crush_node_flags: { adele: ["noout"], berta: [] } },
    ]) {
      ceph(flags);
      expect(await set()).toBe(false);
    }
    expect(units()).toEqual([]);
    expect(called()).toEqual([""]);
  });

  it("is told anew where a run was cut after it had told it", async () => {
    ceph({});
    await set();
    ceph({ crush_node_flags: { adele: ["noout"] } });
    expect(await set()).toBe(true);
  });

  it("is asked for nothing where there is no Ceph, or no OSD of this host", async () => {
    expect(await set()).toBe(false);
    ceph({});
    program("ceph", "true");
    expect(await set()).toBe(false);
    expect(units()).toEqual([]);
  });

  it("that does not answer, or not in words that are known, keeps the host from its restart", async () => {
    ceph({});
    program("ceph", "echo no quorum >&2; exit 1");
    await expect(set()).rejects.toThrow(/berta.*no quorum/s);
    ceph({ flags_set: "none" });
    await expect(set()).rejects.toThrow(/berta.*cannot be read/s);
    ceph({}, '"osd set-group noout adele") echo EPERM >&2; exit 1;; ');
    await expect(set()).rejects.toThrow(/keep the OSDs of adele.*EPERM.*Nothing was done/s);
  });
});
