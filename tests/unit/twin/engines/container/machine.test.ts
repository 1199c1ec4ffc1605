import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ControlGroup } from "../../../../../twin/engines/container/cgroup.js";
import { ContainerMachine } from "../../../../../twin/engines/container/machine.js";
import { hostPlan } from "../../host-plan.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-machine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("a host that is installed anew loses what it wrote before the new installation is put in", async () => {
  const upper = path.join(folder, "upper");
  mkdirSync(path.join(upper, "etc"), { recursive: true });
  writeFileSync(path.join(upper, "etc/machine-id"), "old\n");
  writeFileSync(path.join(upper, "written-by-the-host"), "");
  const machine = new ContainerMachine({
    plan: hostPlan(),
    namespace: "proxmox-ha-no-such-namespace",
    cgroup: new ControlGroup(path.join(folder, "no-such-group")),
    lower: [],
    folder,
    install: async (rootPassword) => {
      expect(existsSync(upper)).toBe(false);
      mkdirSync(upper);
      writeFileSync(path.join(upper, "password"), rootPassword);
    },
    binds: [],
    consoleLog: path.join(folder, "console.log"),
    onEvent: () => undefined,
  });
  await machine.reinstall("of-the-installer");
  expect(machine.state()).toBe("off");
  expect(readFileSync(path.join(upper, "password"), "utf8")).toBe("of-the-installer");
  expect(existsSync(path.join(upper, "written-by-the-host"))).toBe(false);
});
