import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  applySettings,
  applySettingsScript,
  type HostSettings,
  mergeParameters,
  parseSettings,
  settingsDifferences,
  settingsScript,
} from "../../../../dynamic-providers/host/settings.js";
import { FakeHost } from "../pvecm/fake-cluster.js";

const wish: HostSettings = {
  hostname: "frege",
  timezone: "America/Los_Angeles",
  locale: "en_US.UTF-8",
  users: [
    { name: "ansible", shell: "/bin/bash", sudo: "no-password", keys: ["ssh-ed25519 AAAA ops"] },
  ],
  rootKeys: [],
  kernelParameters: ["intel_iommu=on", "iommu=pt"],
};

function facts(parts: Record<string, string> = {}) {
  const all = {
    hostname: "frege",
    timezone: "America/Los_Angeles",
    locale: "en_US.UTF-8",
    boot: "grub",
    grub: "quiet intel_iommu=on iommu=pt",
    "user:ansible": "/bin/bash\n1\nansible\n@keys\nssh-ed25519 AAAA ops",
    ...parts,
  };
  return parseSettings(
    Object.entries(all)
      .map(([name, text]) => `\n@@proxmox-ha-settings@@${name}\n${text}\n`)
      .join(""),
  );
}

describe("a host's settings", () => {
  it("need nothing when they are as wished", () => {
    expect(settingsDifferences(wish, facts())).toEqual([]);
  });

  it("name each difference", () => {
    const found = settingsDifferences(
      wish,
      facts({ timezone: "Etc/UTC", "user:ansible": "", grub: "quiet" }),
    );
    expect(found.map(({ what }) => what)).toEqual([
      "timezone",
      "kernel parameters",
      "user ansible",
    ]);
  });

  it("merge kernel parameters: same key replaced, others kept", () => {
    expect(mergeParameters(["quiet", "iommu=on"], ["iommu=pt", "intel_iommu=on"])).toEqual([
      "quiet",
      "iommu=pt",
      "intel_iommu=on",
    ]);
  });

  it("write to the boot loader that the host has", () => {
    const grub = applySettingsScript(wish, facts({ grub: "quiet" }), []);
    expect(grub).toContain('GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on iommu=pt"');
    const boot = applySettingsScript(
      wish,
      facts({ boot: "systemd-boot", cmdline: "root=ZFS=rpool" }),
      [],
    );
    expect(boot).toContain("echo 'root=ZFS=rpool intel_iommu=on iommu=pt' > /etc/kernel/cmdline");
  });

  it("refuse to rename a member", async () => {
    const member = facts({ hostname: "plato", member: "/etc/pve/corosync.conf" });
    const host = new FakeHost("frege", () => "");
    await expect(applySettings(wish, member, [], host)).rejects.toThrow(
      /called plato.*cannot change/,
    );
    expect(host.asked).toEqual([]);
  });

  it("refuse to rename a host whose guests Proxmox would lose", async () => {
    const host = new FakeHost("frege", () => "");
    await expect(
      applySettings(wish, facts({ hostname: "plato", guests: "101\n102" }), [], host),
    ).rejects.toThrow(/guests 101, 102 belong to it/);
    expect(host.asked).toEqual([]);
  });

  it("refuse to rename a host that cannot tell which guests it has", async () => {
    const host = new FakeHost("frege", () => "");
    const untold = parseSettings(
      "\n@@proxmox-ha-settings@@hostname\nplato\n\n@@proxmox-ha-settings@@guests\n\n@@proxmox-ha-settings@@guests 32\n",
    );
    await expect(applySettings(wish, untold, [], host)).rejects.toThrow(
      /is not known: \/etc\/pve is not mounted.*systemctl start pve-cluster/,
    );
    expect(host.asked).toEqual([]);
  });

  it("give root further keys, and take back only keys that the file gave", () => {
    const root = "/bin/bash\n0\nroot\n@keys\nssh-ed25519 AAAA node\nssh-ed25519 BBBB old";
    const steps = settingsDifferences(
      { ...wish, rootKeys: ["ssh-ed25519 CCCC new"] },
      facts({ "user:root": root }),
      { ...wish, rootKeys: ["ssh-ed25519 BBBB old", "ssh-ed25519 DDDD never there"] },
    ).map(({ step }) => step);
    expect(steps).toEqual([
      { kind: "keys", user: "root", keys: ["ssh-ed25519 CCCC new"] },
      { kind: "revoke", user: "root", keys: ["ssh-ed25519 BBBB old"] },
    ]);
  });

  it("take the keys of a user back whom the file no longer has", () => {
    const steps = settingsDifferences({ ...wish, users: [] }, facts(), wish);
    expect(steps.map(({ what, wanted }) => ({ what, wanted }))).toEqual([
      { what: "keys of ansible", wanted: "revoked" },
    ]);
  });

  it("are read and written by scripts that a shell accepts", () => {
    for (const script of [
      settingsScript(),
      applySettingsScript(wish, facts({ hostname: "x", locale: "C", timezone: "UTC" }), [
        { kind: "user", user: { name: "o", shell: "/bin/sh", sudo: "no-password", keys: ["a b"] } },
        { kind: "keys", user: "root", keys: ["it's"] },
        { kind: "revoke", user: "root", keys: ["x y"] },
      ]),
    ]) {
      expect(() => execFileSync("bash", ["-n"], { input: script })).not.toThrow();
    }
  });
});
