import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";
import { soloStack } from "../support/solo-stack.js";

/** Without wishes for packages, which have nothing to do with it and need an image of their own. */
const stack = soloStack(9).replace(/^ +(packages|pins): .*\n/gm, "");
const folder = mkdtempSync(path.join(tmpdir(), "way-in-"));
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.alone.yaml"), text);
/** The stack with one more key of root. */
const withKey = (key: string): string => stack.replace('rootKeys: ["', `rootKeys: ["${key}", "`);
let twin: ProgramTwin;

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write(stack);
  twin = await ProgramTwin.up("way-in", "alone");
  await twin.runUp();
});
afterAll(() => closeAll(twin, folder));

describe("a change of who may log in", () => {
  it("that works is proved by a new login and leaves no guard behind", async () => {
    write(stack.replace("sudo: no-password", "sudo: password"));
    const { log } = await twin.runUp();
    const verbs = log.steps().map(({ verb }) => verb);
    const [armed, applied, proved] = [
      verbs.indexOf("keep the way in under a timer"),
      verbs.indexOf("apply the host's settings"),
      verbs.indexOf("log in anew and confirm the new way in"),
    ];
    expect(armed).toBeGreaterThanOrEqual(0);
    expect(applied).toBeGreaterThan(armed);
    expect(proved).toBeGreaterThan(applied);
    expect(
      await twin.on("solo", "ls /var/lib/proxmox-ha; systemctl list-timers --all"),
    ).not.toContain("way-in");
    write(stack);
    await twin.runUp();
  });

  it("that takes the program's own key is taken back, and the next run comes in", async () => {
    const key = (await twin.on("solo", "grep ' proxmox-ha$' /root/.ssh/authorized_keys")).trim();
    write(withKey(key));
    await twin.runUp();
    // The program's second list would still let it in.
    await twin.on("solo", ": > /etc/ssh/proxmox-ha_authorized_keys");
    write(stack);
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("a new login did not work afterwards");
    expect(done.stdout).toContain("the old accounts, keys and sshd settings are back");
    expect(await twin.on("solo", "cat /root/.ssh/authorized_keys")).toContain(key);
    write(withKey(key));
    expect((await twin.runUp()).done.status).toBe(0);
  });
});

describe("a host whose login runs no commands", () => {
  it("is no host without a cluster, and none without Proxmox", async () => {
    // The last test: nobody comes in after it, this one included.
    await twin.on("solo", "usermod -s /usr/sbin/nologin root");
    for (const verb of ["status", "doctor"] as const) {
      const { stdout, stderr, status } = (await twin.run(verb)).done;
      expect(`${stdout}${stderr}`).toContain("the login runs no commands");
      expect(`${stdout}${stderr}`).toContain("This account is currently not available");
      expect(stdout).not.toMatch(/no cluster yet|Install Proxmox VE/);
      expect(status).toBe(5);
    }
    const { done } = await twin.run("refresh");
    expect(done.stdout).toContain("the login runs no commands");
    expect(done.stdout).not.toContain("unset");
    expect(done.status).toBe(5);
  });
});
