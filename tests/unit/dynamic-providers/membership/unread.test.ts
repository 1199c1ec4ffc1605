import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  membershipScript,
  parseMembershipFacts,
} from "../../../../dynamic-providers/membership/facts.js";
import { observe } from "../../../../dynamic-providers/membership/observe.js";
import { corosyncCluster } from "../../../../dynamic-providers/pvecm/cluster/provider.js";
import { corosyncRemoval } from "../../../../dynamic-providers/pvecm/removal/provider.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import {
  FakeClock,
  FakeHost,
  freshParts,
  memberParts,
  printedFacts,
  unmountedParts,
} from "../pvecm/fake-cluster.js";

const names = ["frege", "russell"];
const stopped = new FakeHost("frege", () => printedFacts(unmountedParts("frege", 0, { names })));
const connection = {
  host: "10.203.3.11",
  node: "frege",
  port: 22,
  user: "root",
  hostKey: "trust-first-use",
  knownHostsFile: "/dev/null",
  auth: { keyFile: "/dev/null" },
};
const member = {
  node: "frege",
  votes: 1,
  links: [{ link: 0, address: "10.203.3.11", priority: 10 }],
  connection,
};
const NOT_MOUNTED =
  /\/etc\/pve is not mounted \(pve-cluster is inactive\), and corosync has the configuration of ms01.*systemctl start pve-cluster/;

/** The script as a host runs it; this machine has no /etc/pve, and `mountpoint` says what it likes. */
function factsWhere(mountpoint: string): ReturnType<typeof parseMembershipFacts> {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-mount-"));
  try {
    writeFileSync(path.join(folder, "mountpoint"), `#!/bin/sh\n${mountpoint}\n`);
    chmodSync(path.join(folder, "mountpoint"), 0o755);
    const output = execFileSync("bash", ["-c", membershipScript([])], {
      env: { PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, SHLVL: "1" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 15_000,
    });
    return parseMembershipFacts(output.toString());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a host with corosync's configuration whose cluster file system has stopped", () => {
  it("is not in no cluster: it cannot tell", async () => {
    await expect(observe(stopped, [])).rejects.toThrow(NOT_MOUNTED);
  });

  it("founds no cluster, and is not forgotten by a refresh", async () => {
    const inputs = {
      cluster: "ms01",
      founder: member,
      address: "10.203.3.11",
      nodeid: 1,
      quorumDeadlineMs: 1_000,
    };
    const provider = corosyncCluster.serve(fakeRuntime("cluster", stopped, new FakeClock()));
    await expect(provider.create(inputs)).rejects.toThrow(NOT_MOUNTED);
    await expect(provider.read("ms01", { ...inputs, schemaVersion: 1 })).rejects.toThrow(
      NOT_MOUNTED,
    );
    expect(new Set(stopped.asked)).toEqual(new Set(["read cluster membership"]));
  });

  it("does not let a removal count as done", async () => {
    const removal = corosyncRemoval.serve(fakeRuntime("removal", stopped, new FakeClock()));
    const inputs = { cluster: "ms01", node: "russell", peer: member };
    await expect(removal.create({ ...inputs, deadlineMs: 1_000 })).rejects.toThrow(NOT_MOUNTED);
  });
});

describe("what a host says of its cluster", () => {
  it("is known of a fresh host and of a member", () => {
    const fresh = parseMembershipFacts(printedFacts(freshParts("frege", 0)));
    const member = parseMembershipFacts(printedFacts(memberParts("frege", 0, { names })));
    expect([fresh.unread, member.unread]).toEqual([undefined, undefined]);
  });

  it("is not known where /etc/pve is not mounted, or does not answer", () => {
    expect(factsWhere("exit 1").unread).toMatch(/^\/etc\/pve is not mounted \(pve-cluster is/);
    expect(factsWhere("exit 0").unread).toMatch(/^\/etc\/pve does not answer \(pve-cluster is/);
  });

  it("is not known from a configuration that is none", () => {
    const parts = { ...memberParts("frege", 0, { names }), conf: "totem {" };
    expect(parseMembershipFacts(printedFacts(parts)).unread).toBe(
      "/etc/pve/corosync.conf is there and names no cluster, and corosync has the configuration of ms01",
    );
  });
});
