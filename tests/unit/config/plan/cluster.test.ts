import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { netOfIpv4 } from "../../../../config/plan/ring.js";
import { namedSecrets } from "../../../../config/plan/secrets.js";
import { ringCluster, STACKS, specOf } from "./stacks.js";

describe("frege", () => {
  const plan = planCluster(specOf("frege"));

  it("derives the ring's loopbacks from the ids", () => {
    expect(plan.nodes.map((node) => node.addresses.ring)).toEqual([
      { ipv4: "169.254.1.1" },
      { ipv4: "169.254.1.2" },
      { ipv4: "169.254.1.3" },
    ]);
  });

  it("prefers the switched network for corosync, as the higher number", () => {
    expect(
      plan.corosync.links.map(({ number, network, priority }) => [number, network, priority]),
    ).toEqual([
      [0, "management", 20],
      [1, "ring", 10],
    ]);
  });

  it("founds with the first node and joins the others through it, counting votes", () => {
    expect(plan.corosync.joinOrder).toMatchObject([
      { node: "frege", action: "found", expectedVotesAfter: 1 },
      { node: "russell", action: "join", through: "frege", expectedVotesAfter: 2 },
      { node: "wittgenstein", action: "join", through: "frege", quorumAfter: 2 },
    ]);
  });

  it("speaks OpenFabric on 9 and OSPF on 8, whose FRR loses link-local loopbacks", () => {
    expect(plan.rings[0]?.protocol).toBe("openfabric");
    const eight = planCluster(specOf("frege", { proxmox: { major: 8 } }));
    expect(eight.rings[0]?.protocol).toBe("ospf");
  });

  it("names the addresses of the members in hosts files, never loopback", () => {
    expect(plan.names.hosts[0]).toEqual({
      address: "10.203.3.11",
      names: ["frege.home.example", "frege"],
    });
  });

  it("restarts the founder last", () => {
    expect(plan.rolling.map((step) => step.node)).toEqual(["wittgenstein", "russell", "frege"]);
    expect(plan.rolling.every((step) => step.keepsQuorum)).toBe(true);
  });

  it("lists each secret with its place and purpose", () => {
    expect(namedSecrets(specOf("frege"))).toContainEqual({
      reference: { ssm: "/ms01/amt/frege" },
      path: "nodes.frege.fence.amt.login.password",
      purpose: "amt login of frege",
    });
    expect(namedSecrets(specOf("frege"))).toHaveLength(4);
  });

  it("reads no secret of what it does not apply, nor of devices that are never used", () => {
    expect(plan.secrets.map(({ path }) => path)).toEqual([
      "access.installerPassword",
      ...["frege", "russell", "wittgenstein"].map(
        (node) => `nodes.${node}.fence.amt.login.password`,
      ),
    ]);
    const unused = planCluster(specOf("frege", { fencing: { power: "off" } }));
    expect(unused.secrets.map(({ path }) => path)).toEqual(["access.installerPassword"]);
    const paths = planCluster(specOf("pve1")).secrets.map(({ path }) => path);
    expect(paths.filter((one) => /^(identity|backup)\./.test(one))).toEqual([]);
  });
});

describe("OpenFabric's NET", () => {
  it.each([
    ["10.0.0.81", "49.0001.0100.0000.0081.00"],
    ["169.254.1.3", "49.0001.1692.5400.1003.00"],
    ["10.255.255.254", "49.0001.0102.5525.5254.00"],
  ])("of %s is %s", (address, expected) => {
    expect(netOfIpv4(address)).toBe(expected);
  });
});

describe("the other clusters", () => {
  it("keep the loopbacks that gtr7 writes, in both families", () => {
    const [ring] = planCluster(specOf("gtr7")).rings;
    expect(ring?.nodes.map((node) => [node.loopback4, node.loopback6])).toEqual([
      ["10.0.0.81", "fd00::81"],
      ["10.0.0.82", "fd00::82"],
      ["10.0.0.83", "fd00::83"],
    ]);
    expect(ring?.mtu).toBe(4000);
  });

  it("take homelab's corosync port by machine", () => {
    const devices = planCluster(specOf("homelab")).nodes.map(
      (one) => one.network.deviceOf.corosync,
    );
    expect(devices).toEqual(["enp87s0", "enp87s0", "enp3s0"]);
  });

  it("count pve1's disks: twelve on each of three nodes", () => {
    const { ceph } = planCluster(specOf("pve1"));
    expect(ceph?.osds).toHaveLength(36);
    expect(ceph?.monitors).toEqual(["pve1-node1", "pve1-node2", "pve1-node3"]);
    expect(ceph?.metadataServers).toEqual(ceph?.monitors);
  });
});

describe("topologies", () => {
  it.each([
    ["ring", 3, 3],
    ["ring", 2, 1],
    ["chain", 4, 3],
    ["pair", 2, 1],
    ["ring", 16, 16],
  ] as const)("a %s of %i nodes has %i cables", (topology, count, cables) => {
    const spec = ringCluster(count, {
      networks: {
        management: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", on: "vmbr0" },
        ring: { thunderbolt: { topology }, loopbacks: "10.255.255.0/24" },
      },
    });
    expect(planCluster(spec).rings[0]?.cables).toHaveLength(cables);
  });
});

describe("votes", () => {
  it("make every node of a pair indispensable without a QDevice, and none with one", () => {
    expect(planCluster(ringCluster(2)).corosync.quorum.indispensable).toHaveLength(2);
    const { quorum } = planCluster(
      ringCluster(2, { corosync: { links: ["management"], qdevice: { address: "10.0.0.99" } } }),
    ).corosync;
    expect(quorum).toMatchObject({ expectedVotes: 3, quorum: 2, indispensable: [] });
  });
});

describe("the token", () => {
  it.each(STACKS)("of %s may do what the stack uses and no more", (stack) => {
    const { privileges } = planCluster(specOf(stack)).token;
    expect(privileges.every((one) => one.reasons.length > 0)).toBe(true);
    expect(privileges.map((one) => one.privilege)).toMatchSnapshot();
  });

  it("names no privilege that the version does not know", () => {
    const of = (major: 8 | 9): string[] =>
      planCluster(specOf("homelab", { proxmox: { major } })).token.privileges.map(
        (one) => one.privilege,
      );
    expect(of(9)).not.toContain("VM.Monitor");
    expect(of(8)).not.toContain("VM.GuestAgent.Audit");
  });
});
