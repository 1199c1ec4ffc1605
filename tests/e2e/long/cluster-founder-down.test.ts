import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, type OwnStack } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** The node that founded the cluster is off, and the file changes all the same. */
let twin: ProgramTwin;
let file: OwnStack;
const KEPT = "keepDaily: 7";

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("founder");
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

const keptOn = (node: string): Promise<string> =>
  twin.on(node, "sed -n 's/.*keep-daily=\\([0-9]*\\).*/\\1/p' /etc/pve/storage.cfg");

const ROTATED = [
  "      installerPassword:",
  "      tokenRotation: 1\n      installerPassword:",
] as const;

describe("the program's API token", () => {
  it("is made anew on demand and used in the same run, and the old one opens nothing", async () => {
    const value = (): Promise<string> =>
      twin.on("frege", "sed -n 's/^proxmox-ha@pve!program //p' /etc/pve/priv/token.cfg");
    const old = (await value()).trim();
    file.write([ROTATED, [KEPT, "keepDaily: 8"]]);
    const { done, log } = await twin.runUp();
    expect(log.changes()).toContain("new-token: not so -> token made");
    expect((await value()).trim()).not.toBe(old);
    expect((await keptOn("frege")).trim()).toBe("8");
    expect(done.stdout + done.stderr).not.toContain(old);
    const status = await twin.on(
      "russell",
      `curl -sk -o /dev/null -w '%{http_code}' -H 'Authorization: PVEAPIToken=proxmox-ha@pve!program=${old}' https://10.203.3.11:8006/api2/json/version`,
    );
    expect(status.trim()).toBe("401");
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });
});

describe("without the founder", () => {
  it("a storage is changed through another member, and nothing is replaced", async () => {
    await twin.twin(["power", twin.name, "frege", "off"]);
    file.write([ROTATED, [KEPT, "keepDaily: 6"]]);
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    expect(preview.done.stdout).toContain("in this run it is asked through russell");
    expect(preview.done.stdout).not.toMatch(/replace/);
    const { done } = await twin.runUp();
    expect(done.stdout).not.toMatch(/replace/);
    expect((await keptOn("russell")).trim()).toBe("6");
    console.log(`up without the founder: ${done.seconds} s`);
  });

  it("nothing is left to do, as long as it is off", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toContain("nothing to change");
    expect(log.steps()).toEqual([]);
  });

  it("its return changes no more than where the API is asked", async () => {
    await twin.twin(["power", twin.name, "frege", "on"]);
    await twin.untilHealthy(120_000);
    const { done, log } = await twin.runUp();
    expect(log.ownSteps()).toEqual([]);
    expect(done.stdout).not.toMatch(/replace/);
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("a run that it leaves in the middle is finished by the next one", async () => {
    // A change of every host comes first, so that the run is under way when the founder goes.
    file.write([
      ROTATED,
      [KEPT, "keepDaily: 5"],
      ["      timezone:", "      sysctl: { net.ipv4.tcp_keepalive_time: 600 }\n      timezone:"],
    ]);
    const { running, log } = twin.startRun("up");
    await eventually(
      () => log.steps().length > 0,
      () => "the run does not begin",
      120_000,
    );
    await twin.twin(["power", twin.name, "frege", "reset"]);
    const cut = await running.finished;
    console.log(`up while the founder rebooted: status ${cut.status}, ${cut.seconds} s`);
    await twin.runUp();
    await twin.untilHealthy(120_000);
    expect((await keptOn("wittgenstein")).trim()).toBe("5");
  });
});
