import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { untilStarted } from "../support/fenced-node.js";
import { ProgramTwin } from "../support/program-twin.js";
import { examinedByTheDoctor } from "./frege/doctor.js";
import { frozenNode, passwordsInOnePlace, provedByOneUp } from "./frege/fencing.js";
import { lettingGo } from "./frege/letting-go.js";
import { reportedAsSeen } from "./frege/report.js";
import { ringCableCut } from "./frege/ring-cable.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;

beforeAll(async () => {
  twin = await ProgramTwin.up("frege");
});
afterAll(() => closeAll(twin));

const nodes = ["frege", "russell", "wittgenstein"];
/** Counts that are the same on every machine, with a little room for gates that look more than once. More is a regression. */
const MOST = { firstRoundTrips: 115, refreshRoundTrips: 8, bytesOfStateAResource: 4_200 };
const perHost = (trips: Readonly<Record<string, number>>): string =>
  Object.entries(trips)
    .map(([host, count]) => `${host} ${count}`)
    .join(", ");

describe("the frege stack on three fresh hosts", () => {
  it("are previewed as a plan that a person can agree to, without a trace on them", async () => {
    const { done } = await twin.run("preview");
    expect(done.status).toBe(4);
    expect(done.stdout.replace(/[\d.]+ s\.$/m, "N s.")).toMatchSnapshot();
    expect(
      await twin.on("russell", "ls /etc/ssh/proxmox-ha_authorized_keys 2>&1 || true"),
    ).toContain("No such file");
  });

  it("becomes a healthy cluster by one up", async () => {
    const { done, log } = await twin.runUp();
    console.log(`first up: ${done.seconds} s; round trips: ${perHost(log.roundTrips())}`);
    expect(Math.max(...Object.values(log.roundTrips()))).toBeLessThan(MOST.firstRoundTrips);
    const status = await twin.status();
    expect(status.quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
    expect(status.nodes.map(({ state }) => state)).toEqual(["member", "member", "member"]);
    expect(status.links.map(({ state }) => state)).toEqual(["connected", "connected"]);
    expect(status.healthy).toBe(true);
    expect(Object.fromEntries(status.storages.map((one) => [one.storage, one.states]))).toEqual(
      Object.fromEntries(
        ["nfs-vms", "nfs-isos", "nfs-backups"].map((storage) => [
          storage,
          Object.fromEntries(nodes.map((node) => [node, "active"])),
        ]),
      ),
    );
    // Each node has a port of its own to each of the others: the paths are direct.
    for (const node of nodes) {
      const through = status.rings.filter(({ from }) => from === node).map((one) => one.through);
      expect(through.toSorted()).toEqual(["en05", "en06"]);
    }
    await untilStarted(twin, "frege", 100);
    expect(log.text).not.toBe("");
    for (const secret of twin.secrets()) {
      expect(log.text).not.toContain(secret);
      expect(done.stdout + done.stderr).not.toContain(secret);
    }
  });

  describe("with power devices", () => provedByOneUp(() => twin));

  it("is left alone by the second up, which asks no host anything", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change \(\d+ as wanted\)/);
    expect(log.steps()).toEqual([]);
    expect(log.roundTrips()).toEqual({});
    console.log(`second up: ${done.seconds} s, 0 round trips`);
  });

  it("has nothing pending in a preview", async () => {
    const { done, log } = await twin.run("preview");
    expect(done.status).toBe(0);
    expect(log.steps()).toEqual([]);
    console.log(`preview without changes: ${done.seconds} s`);
  });

  it("foretells the loss of the node on which its guest runs", async () => {
    const { done } = await twin.run("whatif", ["--lose", "frege"]);
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toContain("as it is now: all 3 nodes are members");
    expect(done.stdout).toMatch(/HA starts vm:100 \(test-vm\) on (russell|wittgenstein)\./);
    expect(done.stdout).toMatch(/frege is switched off by .* through amt\./);
    const two = await twin.run("whatif", ["--lose", "frege,russell"]);
    expect(two.done.status).toBe(1);
    expect(two.done.stdout).toContain("1 of 3 votes is left, and 2 are needed");
  });

  it("keeps no secret in its state", async () => {
    const state = await twin.exportedState();
    const secrets = twin.secrets();
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    for (const secret of secrets) {
      expect(state).not.toContain(secret);
    }
    const resources = state.split('"urn":').length - 1;
    const bytes = JSON.stringify(JSON.parse(state)).length;
    console.log(`state: ${Math.round(bytes / 1000)} kB for ${resources} resources`);
    expect(bytes / resources).toBeLessThan(MOST.bytesOfStateAResource);
  });

  describe("whose fencers know passwords", () => passwordsInOnePlace(() => twin));

  describe("under the doctor's eyes", () => examinedByTheDoctor(() => twin));

  it("shows a file changed by hand in a refresh, and up puts it back", async () => {
    await twin.on("russell", "echo 10.203.3.77 by-hand >> /etc/hosts");
    const refresh = await twin.run("refresh");
    expect(refresh.done.status).toBe(0);
    expect(refresh.done.stdout).toContain("1 found different");
    const trips = refresh.log.roundTrips();
    console.log(`refresh: ${refresh.done.seconds} s; round trips: ${perHost(trips)}`);
    expect(Object.keys(trips).toSorted()).toEqual(nodes);
    for (const count of Object.values(trips)) {
      expect(count).toBeLessThanOrEqual(MOST.refreshRoundTrips);
    }
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    const { done } = await twin.runUp();
    expect(done.stdout).toContain("1 updated");
    expect(await twin.on("russell", "cat /etc/hosts")).not.toContain("by-hand");
  });

  describe("in a report", () => reportedAsSeen(() => twin));

  ringCableCut(() => twin);

  describe("with a guest under HA on a node that freezes", () => frozenNode(() => twin));

  it("comes back by itself after the reboot of one node", async () => {
    await twin.twin(["fault", twin.name, "host-reboot", "wittgenstein"]);
    await eventually(
      async () => !(await twin.status()).healthy,
      () => "the reboot leaves no trace",
      30_000,
    );
    const seconds = await twin.untilHealthy(120_000);
    console.log(`reboot of one node: healthy after ${seconds} s`);
  });
});

describe("the frege cluster, when the program lets go of it", () => lettingGo(() => twin));
