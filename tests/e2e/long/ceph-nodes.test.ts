import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack, untilOn, untilQuorate } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: three hosts with two OSDs each; a fourth joins, two are replaced and one leaves. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const LATE = 300_000;
const FOURTH = [
  "      clara: { id: 3, address: 10.30.0.13, hardware: ms-01 }\n",
  `      clara: { id: 3, address: 10.30.0.13, hardware: ms-01 }
      dora: { id: 4, address: 10.30.0.14, hardware: ms-01 }
`,
] as const;
const EVEN = [
  "links: [management]\n",
  "links: [management]\n      evenNodesAccepted: true\n",
] as const;
const installedTwice = (node: string, id: number) =>
  [`      ${node}: { id: ${id}, `, `      ${node}: { installation: 2, id: ${id}, `] as const;
const consents = (...nodes: readonly string[]) =>
  [
    "    ceph:\n",
    `    consent: { ${nodes.map((node) => `"node.${node}": ${SOON}`).join(", ")} }\n    ceph:\n`,
  ] as const;

const whole = (osds: number) =>
  `ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
now = (seen["osdmap"]["num_osds"], seen["osdmap"]["num_up_osds"], seen["osdmap"]["num_in_osds"], len(seen["quorum_names"]), states)
sys.exit(now != (${osds}, ${osds}, ${osds}, 3, {"active+clean"}))'`;
const osdsOf = (node: string) => twin.on("adele", `ceph osd ls-tree ${node} | sort -n | xargs`);
const kept = (node: string) => twin.on(node, "timeout 60 rados -p vm-disks get kept -");
/** Its power is taken away, and a machine with a new installation is switched on in its place. */
async function replace(node: string, ...flags: readonly string[]): Promise<void> {
  await twin.twin(["power", twin.name, node, "off"]);
  await twin.twin(["reinstall", twin.name, node, ...flags]);
  await untilQuorate(twin, "adele", 3);
}

beforeAll(async () => {
  // The fourth host stands there from the start, and the file does not have it yet.
  stack.write([FOURTH, EVEN]);
  twin = await ProgramTwin.up("cephnodes", "trio");
  stack.write();
  await twin.runUp();
  await twin.on("adele", "echo kept > /root/kept && rados -p vm-disks put kept /root/kept");
});
afterAll(() => closeAll(twin, stack));

describe("a node of Ceph", () => {
  it("that joins later brings its OSDs, and the others are only asked", async () => {
    await untilOn(twin, "adele", whole(6), LATE);
    stack.write([FOURTH, EVEN]);
    const { log } = await twin.runUp();
    await untilOn(twin, "dora", whole(8), LATE);
    const changed = log
      .steps()
      .filter((one) => one.changed && one.resource.startsWith("pveceph/"))
      .map(({ host }) => host);
    expect([...new Set(changed)]).toEqual(["dora"]);
    expect(await kept("dora")).toBe("kept\n");
  });

  it("that is installed anew brings its monitor back, and its OSDs with the data on their disks", async () => {
    const [osds, uuids] = [
      await osdsOf("berta"),
      await twin.on("adele", 'ceph osd dump -f json | grep -o \'"uuid":"[^"]*"\' | sort'),
    ];
    await replace("berta", "--keep-disks");
    stack.write([FOURTH, EVEN, installedTwice("berta", 2), consents("berta")]);
    const changes = (await twin.runUp()).log.changes().join("\n");
    expect(changes).toContain("monitor: lost with its machine -> serving");
    expect(changes).toContain("metadata server: lost with its machine -> serving");
    expect(changes).toMatch(/osd\.\d+: down, on \/dev\/disk\/by-id\/\S+ -> up/);
    await untilOn(twin, "berta", whole(8), LATE);
    expect(await osdsOf("berta")).toBe(osds);
    // Neither wiped nor made anew.
    expect(
      await twin.on("adele", 'ceph osd dump -f json | grep -o \'"uuid":"[^"]*"\' | sort'),
    ).toBe(uuids);
    expect(await kept("berta")).toBe("kept\n");
    await untilOn(twin, "berta", "timeout 20 ls /mnt/pve/shared", LATE);
  });

  it("that comes with other disks gives them the numbers of those that are lost", async () => {
    const osds = await osdsOf("clara");
    await replace("clara");
    stack.write([
      FOURTH,
      EVEN,
      installedTwice("berta", 2),
      installedTwice("clara", 3),
      consents("clara"),
    ]);
    await twin.runUp();
    await untilOn(twin, "clara", whole(8), LATE);
    expect(await osdsOf("clara")).toBe(osds);
    expect(await kept("clara")).toBe("kept\n");
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
  });

  it("leaves for good with its monitor and its OSDs, once every copy lies elsewhere", async () => {
    await twin.twin(["power", twin.name, "berta", "off"]);
    await untilQuorate(twin, "adele", 3);
    const text = stack.committed
      .replace(/ {6}berta: .*\n/, "")
      .replace(FOURTH[0], FOURTH[1])
      .replace(...installedTwice("clara", 3))
      .replace("metadataServers: [adele, berta]", "metadataServers: [adele, clara]")
      .replace(...consents("berta"));
    stack.put(text);
    const { done } = await twin.runUp();
    expect(done.stdout).toMatch(/berta: osd\.\d+, osd\.\d+ are removed; every copy lies elsewhere/);
    await untilOn(twin, "adele", whole(6), LATE);
    expect(await twin.on("adele", "ceph osd tree")).not.toContain("berta");
    expect(await twin.on("adele", "ceph mon dump 2>/dev/null")).toMatch(/mon\.dora/);
    expect(await twin.on("adele", "cat /etc/pve/ceph.conf")).not.toContain("berta");
    expect(await twin.on("adele", "ls /etc/pve/nodes")).not.toContain("berta");
    expect(await kept("dora")).toBe("kept\n");
  });
});
