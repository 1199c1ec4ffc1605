import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  groupsClean,
  monitorsInQuorum,
  osdsServe,
} from "../../../../dynamic-providers/health/ceph.js";
import { groupMap, recoveryIn } from "../../../../dynamic-providers/health/ceph-recovery.js";
import { cephStatus, seenIn } from "../../../../dynamic-providers/health/ceph-status.js";
import { parseConfiguration } from "../../../../dynamic-providers/pveceph/configuration.js";
import { foundIn } from "../../../../dynamic-providers/pveceph/daemons.js";
import { installScript } from "../../../../dynamic-providers/pveceph/installation/provider.js";
import { versionIn } from "../../../../dynamic-providers/pveceph/installed.js";
import { probeScript, probesIn } from "../../../../dynamic-providers/pveceph/probe.js";

/** Runs a script with programs of ours before those of the machine. */
function runWith(programs: Readonly<Record<string, string>>, script: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ceph-"));
  try {
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return execFileSync("bash", ["-c", script], {
      encoding: "utf8",
      cwd: "/",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, FOLDER: folder },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the installed Ceph", () => {
  it("is told by number and release", () => {
    expect(versionIn("ceph version 19.2.3 (c92aebb279828e9c) squid (stable)\n")).toEqual({
      number: "19.2.3",
      release: "squid",
    });
    expect(versionIn("absent\n")).toBeUndefined();
  });

  it("is not taken for absent when its answer cannot be read", () => {
    expect(() => versionIn("Segmentation fault")).toThrow(/Segmentation fault/);
  });

  it("is installed in the release and from the repository that are named, with apt's question answered", () => {
    const said = runWith(
      { dpkg: "exit 0", pveceph: 'echo "$@"; read answer; echo "answered $answer"' },
      installScript("squid", "no-subscription"),
    );
    expect(said).toBe("install --version squid --repository no-subscription\nanswered y\n");
  });
});

describe("Ceph's configuration", () => {
  it("is read with either spelling of its keys, and each network as what it is", () => {
    const text = [
      "[global]",
      "\t fsid = 11d1e48a",
      "\t public network = 10.30.0.11/24 ; by hand",
      "\t cluster_network = 10.31.0.0/24",
      "[client]",
      "\t fsid = no",
      "@keyring there",
    ].join("\n");
    expect(parseConfiguration(text)).toEqual({
      fsid: "11d1e48a",
      publicNetwork: "10.30.0.0/24",
      clusterNetwork: "10.31.0.0/24",
      keyring: true,
    });
  });

  it("that is not there has no id", () => {
    expect(parseConfiguration("@keyring absent\n")).toEqual({ keyring: false });
  });
});

describe("a daemon of Ceph", () => {
  const monitor = { name: "adele", state: "running", quorum: true };
  const manager = { name: "adele", state: "standby", quorum: false };

  it.each([
    ["a monitor in the quorum", "monitor", [monitor], true, "serving"],
    [
      "a monitor without a voice",
      "monitor",
      [{ ...monitor, quorum: false }],
      true,
      "standing still",
    ],
    [
      "a monitor whose machine is another one",
      "monitor",
      [{ ...monitor, quorum: false }],
      false,
      "lost",
    ],
    ["a manager that stands by", "manager", [manager], true, "serving"],
    [
      "a manager that is down",
      "manager",
      [{ ...manager, state: "unknown" }],
      true,
      "standing still",
    ],
    ["none of this node", "manager", [{ ...manager, name: "berta" }], false, "absent"],
  ] as const)("%s", (_what, role, rows, kept, found) => {
    expect(foundIn(rows, role, "adele", kept)).toBe(found);
  });
});

describe("a whole Ceph", () => {
  const seen = {
    node: "adele",
    inQuorum: ["adele", "berta"],
    osds: { all: 6, up: 6, in: 6 },
    groups: { "active+clean": 30, "active+clean+scrubbing": 2 },
    recovery: "",
  };

  it("has all of its monitors, OSDs and copies", () => {
    expect(monitorsInQuorum(seen, ["adele", "berta"]).met).toBe(true);
    expect(osdsServe(seen, 6).met).toBe(true);
    expect(groupsClean(seen)).toMatchObject({ met: true, value: "32, 32 active and clean" });
  });

  it.each([
    [monitorsInQuorum(seen, ["adele", "clara"]), "monitors that are in no quorum: clara"],
    [
      osdsServe({ ...seen, osds: { all: 5, up: 5, in: 5 } }, 6),
      "of 6 OSDs 5 are up and 5 are in, and 1 are missing",
    ],
    [osdsServe({ ...seen, osds: { all: 6, up: 4, in: 6 } }, 6), "of 6 OSDs 4 are up and 6 are in"],
    [
      groupsClean({ ...seen, groups: { "active+clean": 1, "active+undersized+degraded": 7 } }),
      "placement groups are not clean: 7 active+undersized+degraded",
    ],
    [
      groupsClean({
        ...seen,
        groups: { "active+remapped": 7 },
        recovery: "12 objects misplaced, about 2 min left at this rate",
      }),
      "placement groups are not clean: 7 active+remapped (12 objects misplaced, about 2 min left at this rate)",
    ],
  ])("says what it lacks (%#)", (condition, evidence) => {
    expect(condition).toMatchObject({ met: false, evidence });
  });
});

describe("the healing of data", () => {
  it("tells what somebody has set against it", () => {
    const status = cephStatus.parse({
      health: {
        status: "HEALTH_WARN",
        checks: { OSDMAP_FLAGS: { summary: { message: "nobackfill flag(s) set" } } },
      },
      osdmap: {},
      pgmap: { pgs_by_state: [{ state_name: "active+remapped", count: 3 }], misplaced_objects: 9 },
    });
    expect(groupsClean(seenIn(status, "adele")).evidence).toBe(
      "placement groups are not clean: 3 active+remapped (9 objects misplaced, nobackfill flag(s) set)",
    );
  });

  const nothing = groupMap.parse({});

  it("is not spoken of when nothing is left to heal", () => {
    expect(recoveryIn(nothing)).toBe("");
    expect(recoveryIn({ ...nothing, recovering_objects_per_sec: 5 })).toBe("");
  });

  it.each([
    [
      {
        misplaced_objects: 900,
        degraded_objects: 300,
        recovering_objects_per_sec: 10,
        recovering_bytes_per_sec: 40e6,
      },
      "900 objects misplaced, 300 copies missing, 40 MB/s, about 2 min left at this rate",
    ],
    [
      { misplaced_objects: 90_000, recovering_objects_per_sec: 10 },
      "90000 objects misplaced, about 3 h left at this rate",
    ],
    // Without a rate nobody knows how long.
    [{ degraded_objects: 3, unfound_objects: 1 }, "3 copies missing, 1 objects found nowhere"],
  ])("is told with what is left and how long that takes (%#)", (seen, said) => {
    expect(recoveryIn({ ...nothing, ...seen })).toBe(said);
  });
});

describe("the object that is written into each pool", () => {
  const rados = [
    'pool=$4; object="$FOLDER/$pool-$6"',
    "case $pool-$5 in",
    "  full-put) echo 'error putting full/object: (28) No space left' >&2; exit 1 ;;",
    "  other-get) echo changed > $7 ;;",
    '  *-put) cp "$7" "$object" ;;',
    '  *-get) cp "$object" "$7" ;;',
    '  *-rm) rm "$object" ;;',
    "esac",
  ].join("\n");

  it("comes back as it was sent, or the pool says why not", () => {
    const script = `${probeScript(["vm-disks", "full", "other"], "n-1")}\nls "$FOLDER"`;
    const said = runWith({ rados }, script);
    expect(said).not.toContain("vm-disks-proxmox-ha-probe");
    expect([...probesIn(said)]).toEqual([
      ["vm-disks", ""],
      ["full", "error putting full/object: (28) No space left"],
      ["other", "exit status 1"],
    ]);
  });
});
