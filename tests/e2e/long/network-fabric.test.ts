import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { fregeWithoutGuests } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";
import { cableBetween, gapDuring, goesThrough } from "../support/ring-traffic.js";

const folder = mkdtempSync(path.join(tmpdir(), "network-fabric-"));
const committed = fregeWithoutGuests();
const nodes = ["frege", "russell", "wittgenstein"] as const;

/** The ring as a fabric that Proxmox routes; the corosync links stay on the switch. */
const withFabric = [
  ["ports: [en05, en06] }", "ports: [en05, en06], owner: sdn-fabric }"],
  ["loopbacks: 169.254.1.0/24", "loopbacks: 10.255.1.0/24\n        loopbacks6: fd00:255::/64"],
  ["links: [management, ring]", "links: [management]"],
].reduce((text, [what = "", by = ""]) => {
  if (!text.includes(what)) {
    throw new Error(`the stack file has no ${JSON.stringify(what)} any more`);
  }
  return text.replace(what, by);
}, committed);
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.frege.yaml"), text);

let twin: ProgramTwin;
beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write(withFabric);
  twin = await ProgramTwin.up("fabric");
});
afterAll(() => closeAll(twin, folder));

const direct = async (): Promise<boolean> =>
  (
    await Promise.all(
      ["10.255.1.2", "fd00:255::2"].map((to) => goesThrough(twin, "frege", to, "en06")),
    )
  ).every((yes) => yes);

describe("a ring that an SDN fabric routes", () => {
  it("is refused where somebody routes by hand already", async () => {
    await twin.on(
      "russell",
      "mkdir -p /etc/frr && printf 'router ospf\\n ospf router-id 10.0.0.9\\nexit\\n' > /etc/frr/frr.conf",
    );
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/refused, nothing was changed: .*router ospf/);
    expect(await twin.on("russell", "cat /etc/frr/frr.conf")).toContain("router ospf");
    await twin.on(
      "russell",
      "rm /etc/frr/frr.conf; apt-get -qq install -y --reinstall -o Dpkg::Options::=--force-confmiss frr >/dev/null 2>&1; test -s /etc/frr/frr.conf",
    );
  });

  it("is made in the cluster, runs on every node and carries packets in both families", async () => {
    await twin.runUp();
    const fabrics = JSON.parse(
      await twin.on("frege", "pvesh get /cluster/sdn/fabrics/all --running 1 --output-format json"),
    );
    expect(fabrics).toMatchObject({ fabrics: [{ id: "ring", protocol: "openfabric" }] });
    for (const node of nodes) {
      expect(await twin.on(node, "cat /etc/network/interfaces.d/sdn")).toContain("dummy_ring");
      expect(await twin.on(node, "cat /etc/frr/frr.conf")).toContain("lsp-gen-interval 1");
    }
    expect(await direct()).toBe(true);
    expect((await twin.status()).healthy).toBe(true);
  });

  it("is left alone by the second up, and a refresh finds what somebody edited", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
    await twin.on(
      "frege",
      "pvesh set /cluster/sdn/fabrics/fabric/ring --protocol openfabric --hello_interval 9 && pvesh set /cluster/sdn",
    );
    expect((await twin.run("refresh")).done.stdout).toContain("1 found different");
    await twin.runUp();
    expect(await twin.on("russell", "cat /etc/frr/frr.conf")).toContain("hello-interval 1\n");
  });

  it("never applies what somebody else is still editing", async () => {
    await twin.on("frege", "pvesh create /cluster/sdn/zones --zone lab --type simple");
    write(withFabric.replace("owner: sdn-fabric }", "owner: sdn-fabric, hello: 2s }"));
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(done.stdout).toMatch(/configuration has pending changes/);
    expect(await twin.on("russell", "cat /etc/frr/frr.conf")).toContain("hello-interval 1\n");
    await twin.on("frege", "pvesh delete /cluster/sdn/zones/lab");
    write(withFabric);
    await twin.runUp();
  });

  it("takes the other way when a cable is cut, and is back after all nodes lost their power", async () => {
    const cable = await cableBetween(twin, "frege", "russell");
    const gap = await gapDuring(twin, { node: "frege", target: "10.255.1.2", seconds: 10 }, () =>
      twin.twin(["fault", twin.name, "cable-cut", cable]),
    );
    console.log(`cable of the fabric cut: traffic stood still for ${gap.longestMs} ms`);
    expect(gap.longestMs).toBeLessThan(5_000);
    await twin.twin(["heal", twin.name]);
    await eventually(direct, () => "the direct path does not come back", 90_000);
    await Promise.all(nodes.map((node) => twin.twin(["power", twin.name, node, "reset"])));
    const seconds = await twin.untilHealthy(180_000);
    await eventually(direct, () => "the fabric does not come back after a power cut", 90_000);
    console.log(`power cut of all nodes: healthy after ${seconds} s, the fabric with them`);
  });

  it("does not change its owner under what uses it", async () => {
    write(withFabric.replace("owner: sdn-fabric", "owner: frr"));
    for (const verb of ["preview", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.stdout).toMatch(/refused, nothing was changed: the ring would have no routes/);
      expect(done.status).toBe(3);
    }
    expect(await direct()).toBe(true);
  });
});
