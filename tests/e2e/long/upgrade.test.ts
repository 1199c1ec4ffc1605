import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, type OwnStack, untilOn } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file, with a guest under HA on russell, and a repository of our own on each host. */
let twin: ProgramTwin;
let file: OwnStack;
const NODES = ["frege", "russell", "wittgenstein"] as const;
const LEFT = "ls /etc/pve/priv | grep proxmox-ha- ; ha-manager status | grep maintenance; true";

/** A package of that version, and lists in which nothing else is. */
const offer = (version: number, after = "true"): string =>
  [
    `mkdir -p /srv/offered /tmp/made/DEBIAN && cd /srv/offered && rm -f *`,
    `printf 'Package: upgrade-trial\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: nobody <nobody@example.org>\\nDescription: trial\\n' > /tmp/made/DEBIAN/control`,
    `printf '#!/bin/sh\\n${after}\\n' > /tmp/made/DEBIAN/postinst && chmod 755 /tmp/made/DEBIAN/postinst`,
    `dpkg-deb --build /tmp/made trial.deb >/dev/null`,
    `{ dpkg-deb -f trial.deb; echo Filename: ./trial.deb; echo Size: $(stat -c %s trial.deb); echo SHA256: $(sha256sum trial.deb | cut -d' ' -f1); } > Packages`,
    `echo 'deb [trusted=yes] file:/srv/offered ./' > /etc/apt/offered.list`,
    `printf 'Dir::Etc::SourceList "/etc/apt/offered.list";\\nDir::Etc::SourceParts "/dev/null";\\n' > /etc/apt/apt.conf.d/99offered`,
    `apt-get -qq update`,
  ].join(" && ");
const upgrade = async (...words: readonly string[]) => {
  const { done } = await twin.run("upgrade", words);
  return { status: done.status, said: `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ") };
};
const versions = async (): Promise<string[]> =>
  await Promise.all(
    NODES.map(async (node) =>
      (await twin.on(node, "dpkg-query -W upgrade-trial | cut -f 2")).trim(),
    ),
  );

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("upgrade");
  await twin.runUp();
  for (const node of NODES) {
    await twin.on(node, `${offer(1)} && apt-get -qq -y install upgrade-trial >/dev/null`);
    const after = node === "wittgenstein" ? "touch /run/reboot-required" : "true";
    await twin.on(node, offer(2, after));
  }
  await twin.on(
    "russell",
    "qm create 801 --name web --memory 128 --scsi0 nfs-vms:1 && ha-manager add vm:801 --state started",
  );
  await untilOn(twin, "russell", "ha-manager status | grep -q 'vm:801 (russell, started)'");
});
afterAll(() => closeAll(twin, file));

describe("an upgrade of three nodes", () => {
  it("is told beforehand, and nothing is touched for that", async () => {
    const { status, said } = await upgrade("--plan");
    expect(status, said).toBe(0);
    expect(said).toContain("upgrade-trial 1 -> 2");
    expect(await versions()).toEqual(["1", "1", "1"]);
  });

  it("is refused before anything is touched while a node is out of service", async () => {
    expect((await twin.run("maintenance", ["on", "frege", "--yes"])).done.status).toBe(0);
    const { status, said } = await upgrade("--yes");
    expect(status).toBe(3);
    expect(said).toContain("frege was taken out of service by `maintenance on`");
    expect(await versions()).toEqual(["1", "1", "1"]);
    expect((await twin.run("maintenance", ["off", "frege"])).done.status).toBe(0);
  });

  it("stops after the canary, and goes on without it", async () => {
    const { status, said } = await upgrade("--canary", "russell", "--yes");
    expect(status, said).toBe(0);
    expect(await versions()).toEqual(["1", "2", "1"]);
  });

  it("is gone on with when the command died in the middle, and leaves nothing", async () => {
    const { running } = twin.startRun("upgrade", ["--yes"]);
    await untilOn(twin, "russell", "ls /etc/pve/priv | grep -q maintenance", 120_000);
    expect((await twin.run("status")).done.stdout).toMatch(/^ {2}goes on, from .*heard of \d+ s/m);
    running.kill();
    await running.finished;
    expect((await upgrade("--yes")).said).toMatch(/another upgrade is going on|was cut while/);
    await untilOn(
      twin,
      "russell",
      "test $(($(date +%s) - $(stat -c %Y /etc/pve/priv/proxmox-ha-upgrade.json))) -gt 61",
      120_000,
    );
    const { stdout } = (await twin.run("status")).done;
    expect(stdout).toMatch(/ENDED BEFORE ITS END.*\n +\w+ is out of service for it/);
    const { status, said } = await upgrade("--yes");
    expect(status, said).toBe(0);
    expect(said).toContain("was cut while");
    expect(said).toContain("wittgenstein: restarts");
    expect(await versions()).toEqual(["2", "2", "2"]);
    expect(await twin.on("russell", LEFT)).toBe("");
  });

  it("has nothing to do afterwards", async () => {
    const { status, said } = await upgrade("--yes");
    expect(status, said).toBe(0);
    expect(said).toContain("Every node is up to date");
  });
});
