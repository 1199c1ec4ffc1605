import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootIdOf, closeAll } from "../../../twin/testing/index.js";
import { installBootLoader } from "../support/boot-loader.js";
import { ProgramTwin } from "../support/program-twin.js";
import { expectEachSettingOfSolo, soloStack } from "../support/solo-stack.js";

const stack = soloStack(9);
const folder = mkdtempSync(path.join(tmpdir(), "hosts-"));
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.alone.yaml"), text);
const edited = (from: string, to: string): string => {
  if (!stack.includes(from)) {
    throw new Error(`the stack file has no ${from}`);
  }
  return stack.replace(from, to);
};
let twin: ProgramTwin;

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write(stack);
  twin = await ProgramTwin.up("hosts", "alone");
  await installBootLoader(twin, { solo: "systemd-boot" });
});
afterAll(() => closeAll(twin, folder));

describe("a fresh host", () => {
  it("restarts once before it founds a cluster, and the preview has said why", async () => {
    const before = await bootIdOf(twin, "solo");
    const { done: preview } = await twin.run("preview");
    expect(preview.stdout).toContain(
      "solo is restarted before it joins: the kernel runs without iommu=pt.",
    );
    expect(await bootIdOf(twin, "solo")).toBe(before);
    const { log } = await twin.runUp();
    expect(log.steps().filter(({ verb }) => verb === "reboot")).toHaveLength(1);
    expect(await bootIdOf(twin, "solo")).not.toBe(before);
    const steps = log.steps().map(({ verb }) => verb);
    expect(steps.indexOf("reboot")).toBeLessThan(steps.findIndex((verb) => verb.includes("found")));
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.steps()).toEqual([]);
  });

  it("is then as the stack file says, item by item", async () => {
    await expectEachSettingOfSolo(twin, 9);
  });
});

describe("a host that somebody changed by hand", () => {
  it("shows each line in a refresh, gets it back by up, and keeps added packages", async () => {
    await twin.on(
      "solo",
      "echo 10.203.3.77 by-hand >> /etc/hosts; echo net.ipv4.tcp_keepalive_time = 7200 > /etc/sysctl.d/90-proxmox-ha.conf; apt-get -q update >/dev/null 2>&1; apt-get -q -y install jq >/dev/null",
      300_000,
    );
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toContain("2 found different");
    const { done, log } = await twin.runUp();
    expect(log.changes().join("\n")).toContain("+ 10.203.3.77 by-hand");
    expect(done.stdout).toContain("2 updated");
    const now = await twin.on(
      "solo",
      "cat /etc/hosts; sysctl net.ipv4.tcp_keepalive_time; dpkg-query -W jq",
    );
    expect(now).not.toContain("by-hand");
    expect(now).toMatch(/tcp_keepalive_time = 600/);
    expect(now).toMatch(/^jq\t/m);
  });
});

describe("a host whose package manager was cut in the middle of unpacking", () => {
  it("gets the package unpacked anew, and then what it lacks", async () => {
    // What dpkg writes down before it unpacks and takes back afterwards, and the journal in which it had written it.
    await twin.on(
      "solo",
      "apt-get -q -y purge lldpd >/dev/null; sed -i '/^Package: jq$/,/^$/s/^Status: .*/Status: install reinstreq half-configured/' /var/lib/dpkg/status; ! dpkg --configure -a; dpkg-query -s jq > /var/lib/dpkg/updates/0001; ! apt-get -q -y install jq",
      300_000,
    );
    await twin.run("refresh");
    await twin.runUp();
    expect(await twin.on("solo", "dpkg-query -s jq lldpd | grep ^Status")).toBe(
      "Status: install ok installed\nStatus: install ok installed\n",
    );
  });
});

describe("the only member of a cluster", () => {
  it("is not restarted, because nobody would be left", async () => {
    const before = await bootIdOf(twin, "solo");
    write(edited("[iommu=pt]", "[iommu=pt, audit=0]\n      reboots: auto"));
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(
      /refused, because the cluster cannot spare it now: without solo 0 of 1 votes would be left/,
    );
    expect(await bootIdOf(twin, "solo")).toBe(before);
  });

  it("waits for a person where the file says so, and the outputs tell why", async () => {
    write(edited("[iommu=pt]", "[iommu=pt, audit=0]\n      reboots: never"));
    const { done } = await twin.runUp();
    expect(done.stdout).toContain("solo needs a restart (the kernel runs without audit=0)");
    expect((await twin.runUp()).done.stdout).toMatch(/nothing to change/);
    write(stack);
    await twin.runUp();
  });
});

describe("a host whose state is lost", () => {
  const forget = async (): Promise<void> => {
    const done = await twin.startPulumi(["state", "delete", "--all", "--force", "--yes"]).finished;
    expect(done.stderr + done.stdout).not.toContain("error:");
  };

  it("is taken over without a change where it is exactly so", async () => {
    const before = await twin.on(
      "solo",
      "cat /etc/hosts; stat -c '%Y %n' /etc/hosts /etc/resolv.conf",
    );
    await forget();
    const { log } = await twin.runUp();
    const changed = log.text.split("\n").filter((line) => line.includes('"changed":true'));
    expect(changed.filter((line) => line.includes("host/"))).toEqual([]);
    expect(
      await twin.on("solo", "cat /etc/hosts; stat -c '%Y %n' /etc/hosts /etc/resolv.conf"),
    ).toBe(before);
  });

  it("is refused with the lines that differ, and changed where the file says so", async () => {
    await twin.on("solo", "sed -i 's/^MaxAuthTries.*/MaxAuthTries 9/' /etc/ssh/sshd_config.d/00-*");
    await forget();
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(done.stdout).toContain("+ MaxAuthTries 9");
    expect(done.stdout).toContain("set `adopt: true`");
    expect(await twin.on("solo", "cat /etc/ssh/sshd_config.d/00-*")).toContain("MaxAuthTries 9");
    write(edited("    nodes:\n", "    adopt: true\n    nodes:\n"));
    await twin.runUp();
    expect(await twin.on("solo", "cat /etc/ssh/sshd_config.d/00-*")).toContain("MaxAuthTries 3");
    expect(readFileSync(path.join(folder, "Pulumi.alone.yaml"), "utf8")).toContain("adopt: true");
  });
});
