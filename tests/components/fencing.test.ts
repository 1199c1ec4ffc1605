import { describe, expect, it } from "vitest";
import { type Registered, runProgram } from "./recording.js";

const FILES = "pulumi-nodejs:dynamic/host:Files";
const fencersOf = (resources: readonly Registered[]) =>
  resources.filter(({ type, parent }) => type === FILES && parent === "fencing");

describe("fencing in the program", () => {
  it("puts the fencers into place in one turn, and the proof behind all of them", async () => {
    const { resources, outputs } = await runProgram("frege");
    const fencers = fencersOf(resources);
    expect(fencers.map(({ name }) => name)).toEqual([
      "fencing-frege",
      "fencing-russell",
      "fencing-wittgenstein",
    ]);
    expect(fencers[0]?.dependencies).toEqual([
      "fencing-machine-frege",
      "fencing-machine-russell",
      "fencing-machine-wittgenstein",
    ]);
    // The first ones come at once; later changes of one wait for each other.
    expect(fencers[2]?.dependencies).toEqual(fencers[0]?.dependencies);
    expect(fencers.map(({ inputs }) => inputs.turn)).toEqual(["fencer", "fencer", "fencer"]);
    expect(fencers.map(({ deletedWith }) => deletedWith)).toEqual([
      "frege-settings",
      "russell-settings",
      "wittgenstein-settings",
    ]);
    const proof = resources.find(({ name }) => name === "fencing-proof");
    expect(proof?.dependencies).toEqual(
      expect.arrayContaining(["fencing-frege", "fencing-russell", "fencing-wittgenstein"]),
    );
    expect(outputs.fencing?.value).toMatchObject({ watchdogOnly: [] });
  });

  it("hands passwords on as references, and nobody his own", async () => {
    const [frege] = fencersOf((await runProgram("frege")).resources);
    const text = JSON.stringify(frege?.inputs);
    expect(text).toContain("/ms01/amt/russell");
    expect(text).not.toContain("/ms01/amt/frege");
    expect(frege?.inputs.secretVersions).toMatchObject({ "ssm:/ms01/amt/russell": "1" });
  });

  it("installs the whole agent, and each unit", async () => {
    const [frege] = fencersOf((await runProgram("frege")).resources);
    const paths = Object.keys(Object(frege?.inputs.files));
    expect(paths).toEqual(
      expect.arrayContaining([
        "/etc/proxmox-ha/fencer/fencer.json",
        "/etc/systemd/system/proxmox-ha-fencer.service",
        "/etc/systemd/system/proxmox-ha-fencer-verify.timer",
        "/etc/systemd/system/proxmox-ha-fencer-alarm.path",
        "/usr/lib/proxmox-ha/fencer/main.py",
        "/usr/lib/proxmox-ha/fencer/proxmox_ha_fencer/__init__.py",
      ]),
    );
    for (const unit of ["fencer.service", "fencer-verify.timer", "fencer-alarm.path"]) {
      expect(frege?.inputs.reload).toMatch(
        new RegExp(`systemctl enable --quiet [^;&]*proxmox-ha-${unit}`),
      );
    }
  });

  it("names the agent's files and keeps no copy of them for each host", async () => {
    const fencers = fencersOf((await runProgram("frege")).resources);
    const lengths = fencers.map(({ inputs }) => JSON.stringify(inputs.files).length);
    expect(Math.max(...lengths)).toBeLessThan(20_000);
  });

  it("says of a node without device that its watchdog is all there is", async () => {
    const { outputs } = await runProgram("homelab");
    expect(outputs.fencing?.value).toMatchObject({ watchdogOnly: ["pve-aimax-01"] });
  });

  it("has no fencer and still proves the watchdogs where no power is cut", async () => {
    const changes = { fencing: { power: "off" } };
    const { resources } = await runProgram("frege", { changes });
    expect(fencersOf(resources)).toEqual([]);
    expect(resources.map(({ name }) => name)).toContain("fencing-proof");
  });
});
