import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;

beforeAll(async () => {
  twin = await ProgramTwin.up("frege");
});
afterAll(() => closeAll(twin));

const nodes = ["frege", "russell", "wittgenstein"];
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
    expect(log.text).not.toBe("");
    for (const secret of twin.secrets()) {
      expect(log.text).not.toContain(secret);
      expect(done.stdout + done.stderr).not.toContain(secret);
    }
  });

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
  });

  it("shows a file changed by hand in a refresh, and up puts it back", async () => {
    await twin.on("russell", "echo 10.203.3.77 by-hand >> /etc/hosts");
    const refresh = await twin.run("refresh");
    expect(refresh.done.status).toBe(0);
    expect(refresh.done.stdout).toContain("1 found different");
    const trips = refresh.log.roundTrips();
    console.log(`refresh: ${refresh.done.seconds} s; round trips: ${perHost(trips)}`);
    expect(Object.keys(trips).toSorted()).toEqual(nodes);
    for (const count of Object.values(trips)) {
      expect(count).toBeLessThanOrEqual(15);
    }
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    const { done } = await twin.runUp();
    expect(done.stdout).toContain("1 updated");
    expect(await twin.on("russell", "cat /etc/hosts")).not.toContain("by-hand");
  });

  it("carries the ring's traffic over the other path when a cable is cut", async () => {
    const cable = await cableBetween("frege", "russell");
    const target = await loopbackOf("russell");
    // Twenty a second, so that the gap is known to 50 ms.
    await twin.on(
      "frege",
      `systemd-run --quiet --unit=gap sh -c 'timeout -s INT 12 ping -D -n -i 0.05 ${target} > /run/gap'`,
    );
    await eventually(
      async () => Number(await twin.on("frege", "wc -l < /run/gap")) > 20,
      () => "ping does not run",
      10_000,
    );
    await twin.twin(["fault", twin.name, "cable-cut", cable]);
    await eventually(
      async () => (await twin.on("frege", "systemctl is-active gap || true")).trim() !== "active",
      () => "ping does not end",
      30_000,
    );
    const gapMs = longestGapMs(await twin.on("frege", "cat /run/gap"));
    console.log(`ring cable ${cable} cut: traffic stood still for ${gapMs} ms`);
    expect(gapMs).toBeLessThan(5_000);
    const hop = await twin.on("frege", `ip -o route get ${target}`);
    const through = (await twin.status()).rings.find(
      (one) => one.from === "frege" && one.to === "wittgenstein",
    )?.through;
    expect(hop).toContain(`dev ${through}`);
    await twin.twin(["heal", twin.name]);
    const seconds = await twin.untilHealthy(60_000);
    await eventually(
      async () => {
        const { rings } = await twin.status();
        return (
          new Set(rings.filter(({ from }) => from === "frege").map((one) => one.through)).size === 2
        );
      },
      () => "the direct path does not come back",
      60_000,
    );
    console.log(`ring healed: healthy after ${seconds} s`);
  });

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

  it("comes back by itself after all three nodes lost their power", async () => {
    await Promise.all(nodes.map((node) => twin.twin(["power", twin.name, node, "reset"])));
    const seconds = await twin.untilHealthy(180_000);
    console.log(`power cut of all nodes: healthy after ${seconds} s`);
    const { done, log } = await twin.run("refresh");
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("nothing to change");
    expect(Object.keys(log.roundTrips()).length).toBe(3);
  });
});

describe("the frege cluster, when the program lets go of it", () => {
  /** What a cluster is made of, on each node: nothing of it may change. */
  const cluster = async (): Promise<string[]> =>
    Promise.all(
      nodes.map((node) =>
        twin.on(
          node,
          "cd /etc && sha256sum corosync/corosync.conf network/interfaces hosts frr/frr.conf && stat -c %Z corosync/authkey",
        ),
      ),
    );

  const destroy = () => twin.startPulumi(["destroy", "--yes", "--non-interactive"]).finished;

  it("is not even begun to be taken apart while it is protected", async () => {
    const { status, stdout, stderr } = await destroy();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("it is protected");
    expect(await twin.on("frege", "pvesm status --storage nfs-vms")).toContain("active");
  });

  it("keeps a storage that holds a volume, and says which", async () => {
    const words = ["state", "unprotect", "--all", "--yes", "--non-interactive"];
    expect((await twin.startPulumi(words).finished).status).toBe(0);
    await twin.on("frege", "pvesm alloc nfs-vms 900 vm-900-disk-0.qcow2 4M --format qcow2");
    const { status, stdout, stderr } = await destroy();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("vm-900-disk-0.qcow2");
    expect(await twin.on("frege", "pvesm status --storage nfs-vms")).toContain("active");
    await twin.on("frege", "pvesm free nfs-vms:900/vm-900-disk-0.qcow2");
  });

  it("stays whole under a destroy without the program, which only forgets it", async () => {
    const before = await cluster();
    const { status, stdout, stderr } = await destroy();
    expect(stdout + stderr).not.toContain("error:");
    expect(status).toBe(0);
    expect(JSON.parse(await twin.exportedState())).not.toHaveProperty("deployment.resources.0");
    expect(await cluster()).toEqual(before);
    const { quorum } = await twin.status();
    expect(quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
  });

  it("is taken over as it is by the next up", async () => {
    const before = await cluster();
    const { done } = await twin.runUp();
    console.log(`taken over after a destroy: ${done.seconds} s`);
    expect(done.stdout).toContain("the links of ms01: already as wanted, taken over");
    expect(await cluster()).toEqual(before);
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect((await twin.status()).healthy).toBe(true);
  });
});

async function cableBetween(one: string, other: string): Promise<string> {
  const status: unknown = JSON.parse(await twin.twin(["status", twin.name, "--json"]));
  const names = JSON.stringify(status).match(/"name":"[^"]*","state":"plugged"/g) ?? [];
  const found = names
    .map((text) => text.split('"')[3] ?? "")
    .find((name) => name.includes(one) && name.includes(other));
  if (found === undefined) {
    throw new Error(`there is no cable between ${one} and ${other} in ${names.join(", ")}`);
  }
  return found;
}

async function loopbackOf(node: string): Promise<string> {
  const address = /inet (169\.254\.\d+\.\d+)\/32/.exec(
    await twin.on(node, "ip -o addr show lo"),
  )?.[1];
  if (address === undefined) {
    throw new Error(`${node} has no loopback of the ring`);
  }
  return address;
}

/** The longest time between two answers of `ping -D`. */
function longestGapMs(output: string): number {
  const times = [...output.matchAll(/^\[(\d+\.\d+)\].*bytes from/gm)].map(([, at]) => Number(at));
  if (times.length < 20) {
    throw new Error(`too few answers to measure anything: ${output.slice(-500)}`);
  }
  const gaps = times.slice(1).map((at, before) => at - (times[before] ?? at));
  return Math.round(Math.max(...gaps) * 1000);
}
