import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bootIdOf,
  closeAll,
  eventually,
  type OwnStack,
  untilOn,
} from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { installBootLoader } from "../support/boot-loader.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file; each wish brings one more kernel parameter, so one more restart is due. */
let twin: ProgramTwin;
let file: OwnStack;
const NODES = ["frege", "russell", "wittgenstein"];
const ALL = NODES.map((node) => `reboot.${node}: ${SOON}`).join(", ");

function want(parameters: readonly string[], more: { consent?: string; deadlines?: string } = {}) {
  const zone = "      timezone: America/Los_Angeles\n";
  const storage = "    storage:\n";
  file.write([
    [zone, `${zone}      kernelParameters: [${parameters.join(", ")}]\n`],
    [
      storage,
      [
        ...(more.deadlines === undefined ? [] : [`    deadlines: { ${more.deadlines} }\n`]),
        ...(more.consent === undefined ? [] : [`    consent: { ${more.consent} }\n`]),
        storage,
      ].join(""),
    ],
  ]);
}

const bootIds = (): Promise<string[]> => Promise.all(NODES.map((node) => bootIdOf(twin, node)));
const cmdline = (node: string): Promise<string> => twin.on(node, "cat /proc/cmdline");

/** Starts `up` and returns once it has said that a node restarts. */
async function untilRestarting(node: string): Promise<ReturnType<ProgramTwin["startRun"]>> {
  const run = twin.startRun("up");
  await eventually(
    () => run.log.steps().some(({ host, verb }) => host === node && verb === "reboot"),
    () => `${node} was never restarted`,
    300_000,
  );
  return run;
}

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("restarts");
  await installBootLoader(twin, { frege: "grub", russell: "systemd-boot", wittgenstein: "grub" });
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

describe("restarts of members", () => {
  it("wait for consent, which the preview asks for with the reasons", async () => {
    const before = await bootIds();
    want(["audit=0"]);
    const { done } = await twin.run("preview");
    expect(done.stdout).toContain("russell needs a restart (the kernel runs without audit=0)");
    expect(done.stdout).toContain("write `consent: { reboot.russell: ");
    await twin.runUp();
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
    expect(await bootIds()).toEqual(before);
  });

  it("are refused where a guest runs that HA does not look after", async () => {
    const before = await bootIdOf(twin, "russell");
    await twin.on("russell", "qm create 901 --name db --memory 64 && qm start 901");
    want(["audit=0"], { consent: `reboot.russell: ${SOON}` });
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("guests run there that HA does not look after: vm:901 (db)");
    expect(await bootIdOf(twin, "russell")).toBe(before);
    await twin.on("russell", "qm stop 901 && qm destroy 901");
  });

  it("come one at a time while quorum stays, and then nothing is left to do", async () => {
    await twin.on(
      "frege",
      'systemd-run --quiet --unit=watch sh -c \'while sleep 0.2; do corosync-quorumtool -s | grep -E "^(Quorate|Total votes)" | tr -s " \\n" " "; echo; done > /run/votes\'',
    );
    want(["audit=0"], { consent: `reboot.russell: ${SOON}, reboot.wittgenstein: ${SOON}` });
    const { done } = await twin.runUp();
    expect(done.stdout.match(/: back after \d+ s/g)).toHaveLength(2);
    await twin.on("frege", "systemctl stop watch");
    const votes = await twin.on("frege", "sort /run/votes | uniq -c");
    console.log(`votes seen by frege: ${votes.trim().replaceAll(/\s+/g, " ")}`);
    expect(votes).not.toContain("Quorate: No");
    expect(votes).toMatch(/Yes Total votes: 2/);
    expect(votes).not.toMatch(/Total votes: 1/);
    for (const node of ["russell", "wittgenstein"]) {
      expect(await cmdline(node)).toContain("audit=0");
    }
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("are refused while another member is away", async () => {
    await twin.twin(["power", twin.name, "russell", "off"]);
    want(["audit=0", "nosmt"], { consent: ALL });
    const before = await bootIdOf(twin, "frege");
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(done.stdout).toMatch(/cannot spare it now: russell is not online/);
    expect(await bootIdOf(twin, "frege")).toBe(before);
    await twin.twin(["power", twin.name, "russell", "on"]);
    await twin.untilHealthy(120_000);
    await twin.runUp();
    expect((await Promise.all(NODES.map(cmdline))).every((text) => text.includes("nosmt"))).toBe(
      true,
    );
  });

  it("take the guests of HA out of the way, and the node out of maintenance again", async () => {
    await twin.on(
      "russell",
      "qm create 902 --name web --memory 64 --scsi0 nfs-vms:1 && ha-manager add vm:902 --state started",
    );
    await untilOn(twin, "russell", "ha-manager status | grep -q 'vm:902 (russell, started)'");
    want(["audit=0", "nosmt", "noapic"], { consent: `reboot.russell: ${SOON}` });
    const { done } = await twin.runUp();
    expect(done.stdout).toContain("russell: HA moves vm:902 to other nodes");
    expect(await cmdline("russell")).toContain("noapic");
    await untilOn(twin, "frege", "ha-manager status | grep -Eq 'vm:902 .*started'");
    expect(await twin.on("frege", "ha-manager status")).not.toContain("maintenance");
    await twin.on("frege", "ha-manager remove vm:902");
  });

  it("are finished by the next run when the controller dies in the middle", async () => {
    want(["audit=0", "nosmt", "noapic", "noatime"], { consent: `reboot.wittgenstein: ${SOON}` });
    const { running } = await untilRestarting("wittgenstein");
    running.kill();
    await running.finished;
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/restart of wittgenstein that an earlier run began/);
    expect(log.steps().filter(({ verb }) => verb === "reboot")).toEqual([]);
    expect(await cmdline("wittgenstein")).toContain("noatime");
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("that do not come back name node, boot id and console, and the next run goes on", async () => {
    const before = await bootIdOf(twin, "wittgenstein");
    want(["audit=0", "nosmt", "noapic", "noatime", "nohlt"], {
      consent: `reboot.wittgenstein: ${SOON}`,
      deadlines: "reboot: 60s",
    });
    const { running } = await untilRestarting("wittgenstein");
    await twin.twin(["power", twin.name, "wittgenstein", "off"]);
    const done = await running.finished;
    expect(done.status).toBe(5);
    expect(done.stdout).toContain(`its last boot id was ${before}`);
    expect(done.stdout).toContain("AMT at 10.203.3.23");
    await twin.twin(["power", twin.name, "wittgenstein", "on"]);
    await twin.untilHealthy(120_000);
    const { done: next } = await twin.runUp();
    expect(next.stdout).not.toContain("wittgenstein: restarts");
    expect(await cmdline("wittgenstein")).toContain("nohlt");
  });
});
