import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/index.js";
import { type InstallPlan, planInstall } from "../../../../config/plan/install.js";
import { renderAnswer } from "../../../../config/plan/render/answer.js";
import { renderInterfaces } from "../../../../config/plan/render/interfaces.js";
import type { ClusterInput, ClusterSpec } from "../../../../config/schema/cluster.js";
import { ringCluster, specOf } from "./stacks.js";

const LOGINS = { sealed: "$6$salt$hash", keys: ["ssh-ed25519 AAAA program"] };
const INSTALL = { country: "at", mail: "root@lab.example", disks: { model: "DISK*" } };

function plansOf(spec: ClusterSpec): InstallPlan[] {
  return planCluster(spec).nodes.flatMap((node) => planInstall(spec, node, node.network) ?? []);
}

function first(spec: ClusterSpec): InstallPlan {
  const [plan] = plansOf(spec);
  if (plan === undefined) {
    throw new Error("nothing is planned");
  }
  return plan;
}

function answerOf(spec: ClusterSpec): string {
  const plan = first(spec);
  const { disks, gateway, port } = plan;
  if (disks === undefined || gateway === undefined || port === undefined) {
    throw new Error("something is missing");
  }
  return renderAnswer({ ...plan, disks, gateway, port }, LOGINS);
}

/** One node of the small cluster, with what the file says of its installation. */
function withNode(install: object, changes: Partial<ClusterInput> = {}): ClusterSpec {
  const node = { id: 1, address: "10.0.0.11", hardware: "ms-01" as const, install };
  return ringCluster(1, { install: INSTALL, nodes: { "node-1": node }, ...changes });
}

describe("the answer file of a node", () => {
  it.each(["frege", "pve1", "gtr7"] as const)("is what the stack file says: %s", (stack) => {
    expect(answerOf(specOf(stack))).toMatchSnapshot();
  });

  it("is planned for no node of a file that says nothing about installations", () => {
    expect(plansOf(ringCluster(3))).toEqual([]);
    expect(plansOf(ringCluster(3, { install: INSTALL }))).toHaveLength(3);
  });

  it("lacks the disks where the file does not name them", () => {
    expect(first(specOf("homelab")).disks).toBeUndefined();
  });

  it("finds the port of the management network by its hardware address, and keeps the names of all", () => {
    const text = answerOf(
      withNode({ ports: { enp87s0: "58:47:CA:70:00:11", enp90s0: "58:47:CA:70:00:12" } }),
    );
    expect(text).toContain('filter.ID_NET_NAME_MAC = "*5847ca700011"');
    expect(text).toContain('"58:47:ca:70:00:11" = "enp87s0"\n"58:47:ca:70:00:12" = "enp90s0"');
    expect(text).not.toContain("filter.INTERFACE");
  });

  it("takes the port of a bond whose hardware address is known, whichever that is", () => {
    const spec = withNode(
      { ports: { enp2s0f1np1: "58:47:ca:70:00:11" } },
      {
        interfaces: {
          bond0: {
            bond: { ports: ["enp2s0f0np0", "enp2s0f1np1"], mode: "802.3ad", farSide: "lag" },
          },
          vmbr0: { bridge: { ports: ["bond0"] } },
        },
      },
    );
    expect(first(spec).port).toEqual({ name: "enp2s0f1np1", mac: "58:47:ca:70:00:11" });
  });

  it("keeps no names on installers of 8, which refuse the words", () => {
    const text = answerOf(
      withNode({ ports: { enp87s0: "58:47:CA:70:00:11" } }, { proxmox: { major: 8 } }),
    );
    expect(text).toContain("ID_NET_NAME_MAC");
    expect(text).not.toContain("pinning");
  });

  it("prefers what a node says to what the file says for all", () => {
    const text = answerOf(
      withNode({ disks: { serial: "S6Z1*", count: 2 }, layout: "zfs-raid1", room: "200GB" }),
    );
    expect(text).toContain(
      'filesystem = "zfs"\nzfs.raid = "raid1"\nzfs.hdsize = 186\nfilter.ID_SERIAL_SHORT = "S6Z1*"',
    );
  });

  it("names how it ends only where that is not the installer's own way", () => {
    const off = ringCluster(1, { install: { ...INSTALL, afterwards: "power-off" } });
    expect(answerOf(off)).toContain('reboot-mode = "power-off"');
    expect(answerOf(ringCluster(1, { install: INSTALL }))).not.toContain("reboot-mode");
  });
});

describe("the first network of a node", () => {
  it("is the installer's own where the management network is untagged on one port", () => {
    expect(first(specOf("frege")).firstNetwork).toBeUndefined();
  });

  it("is that of the file, as far as the management network needs it, behind VLANs and bonds", () => {
    const network = first(specOf("pve1")).firstNetwork;
    const text = network === undefined ? "" : renderInterfaces(network);
    expect(text).toContain("iface vmbr0.6 inet static\n    address 10.30.0.11/24\n");
    expect(text).toContain("bond-mode 802.3ad");
    // The port of corosync and the network of Ceph can wait for the first run.
    expect(text).not.toContain("eno1");
    expect(text).not.toContain("vmbr0.20");
  });
});
