import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ControlGroup } from "../../../../engines/container/cgroup.js";
import { ContainerMachine, type ContainerParts } from "../../../../engines/container/machine.js";
import { hostPlan } from "../../host-plan.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-machine-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function machineWith(differences: Partial<ContainerParts>): ContainerMachine {
  return new ContainerMachine({
    plan: hostPlan(),
    namespace: "proxmox-ha-no-such-namespace",
    cgroup: new ControlGroup(path.join(folder, "group")),
    lower: [],
    folder,
    install: async () => undefined,
    binds: [],
    consoleLog: path.join(folder, "console.log"),
    onEvent: () => undefined,
    ...differences,
  });
}

it("a host that is installed anew loses what it wrote before the new installation is put in", async () => {
  const upper = path.join(folder, "upper");
  mkdirSync(path.join(upper, "etc"), { recursive: true });
  writeFileSync(path.join(upper, "etc/machine-id"), "old\n");
  writeFileSync(path.join(upper, "written-by-the-host"), "");
  const machine = machineWith({
    install: async (rootPassword) => {
      expect(existsSync(upper)).toBe(false);
      mkdirSync(upper);
      writeFileSync(path.join(upper, "password"), rootPassword);
    },
  });
  await machine.reinstall("of-the-installer");
  expect(machine.state()).toBe("off");
  expect(readFileSync(path.join(upper, "password"), "utf8")).toBe("of-the-installer");
  expect(existsSync(path.join(upper, "written-by-the-host"))).toBe(false);
});

it("a host that reboots and cannot start again is off, and its twin is told and goes on", async () => {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  // It ends as a rebooting container does, and leaves a file where a folder has to be.
  const lines = [
    "#!/bin/sh",
    `rm -rf ${folder}/group/cgroup.procs ${folder}/root`,
    `: > ${folder}/root`,
    "exit 133",
  ];
  writeFileSync(path.join(bin, "unshare"), `${lines.join("\n")}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  const events: string[] = [];
  const machine = machineWith({ onEvent: (event) => events.push(event) });
  await expect(machine.powerOn()).rejects.toThrow("hume did not start");
  await expect.poll(() => events).toHaveLength(2);
  expect(events[0]).toBe("hume rebooted");
  expect(events[1]).toMatch(/^hume could not start again: .*EEXIST/);
  expect(machine.state()).toBe("off");
});
