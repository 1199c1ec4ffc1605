import { describe, expect, it } from "vitest";
import { connectionsOf, measurableNetworks, planCluster } from "../../../../config/plan/cluster.js";
import { ringCluster, STACKS, specOf } from "./stacks.js";

const PIN = `SHA256:${"a".repeat(42)}A`;

describe("hosts", () => {
  it("get what their stack needs, sorted and once", () => {
    const frege = planCluster(specOf("frege")).nodes[0]?.host;
    expect(frege?.packages).toEqual([
      "chrony",
      "frr",
      "frr-pythontools",
      "iperf3",
      "lldpd",
      "nfs-common",
      "prometheus-node-exporter",
      "sudo",
    ]);
    const node = planCluster(specOf("pve1")).nodes[0]?.host;
    expect(node?.packages).toContain("unattended-upgrades");
    expect(node?.packages).not.toContain("frr");
    expect(node?.users).toEqual([
      {
        name: "ansible",
        shell: "/bin/bash",
        sudo: "no-password",
        keys: [{ ssm: "/pve1/ssh_keys/ansible_public_key" }],
      },
    ]);
  });

  it("load the watchdog of their machine with what it needs", () => {
    const optionsOf = (stack: "frege" | "pve1" | "gtr7") =>
      planCluster(specOf(stack))
        .nodes[0]?.host.baseFiles.flatMap(({ files }) => files)
        .find(({ path }) => path === "/etc/modprobe.d/proxmox-ha-watchdog.conf")?.content;
    expect(optionsOf("frege")).toBe("softdep iTCO_wdt pre: wdat_wdt\n");
    expect(optionsOf("pve1")).toBe(
      "softdep ipmi_watchdog pre: ipmi_si\noptions ipmi_watchdog action=power_cycle\n",
    );
    expect(optionsOf("gtr7")).toBeUndefined();
  });

  it("have the kernel parameters of their machine and of the stack, once each", () => {
    const base = { ...specOf("frege").base, kernelParameters: ["iommu=pt", "quiet"] };
    const frege = planCluster({ ...specOf("frege"), base }).nodes[0]?.host;
    expect(frege?.kernelParameters.filter((one) => one === "iommu=pt")).toHaveLength(1);
    expect(frege?.kernelParameters).toContain("quiet");
  });
});

describe("connections", () => {
  it("name the installer's password and a key file of the program", () => {
    const frege = planCluster(specOf("frege"), { folder: ".proxmox-ha/frege" }).nodes[0]
      ?.connection;
    expect(frege).toEqual({
      host: "10.203.3.11",
      node: "frege",
      port: 22,
      user: "root",
      hostKey: "trust-first-use",
      knownHostsFile: ".proxmox-ha/frege/known_hosts",
      auth: {
        keyFile: ".proxmox-ha/frege/id_ed25519",
        password: { ssm: "/ms01/hosts/root_password" },
      },
    });
  });

  it("take the key, the pins, the jump host and the file that the stack names", () => {
    const spec = ringCluster(2, {
      access: {
        installerPassword: { pulumi: "root" },
        key: { pulumi: "key" },
        hostKeys: { "node-1": PIN },
        knownHosts: "/etc/known",
        jump: { host: "bastion", user: "ops" },
      },
    });
    const [first, second] = connectionsOf(planCluster(spec));
    expect(first).toMatchObject({
      hostKey: PIN,
      knownHostsFile: "/etc/known",
      auth: { key: { pulumi: "key" } },
      jump: { host: "bastion", port: 22, user: "ops" },
    });
    expect(first?.auth.keyFile).toBeUndefined();
    expect(second?.hostKey).toBe("trust-first-use");
  });
});

describe("paths", () => {
  it.each(STACKS)("of %s go both ways between every pair, from the node's own address", (stack) => {
    const plan = planCluster(specOf(stack));
    for (const network of measurableNetworks(plan)) {
      const all = plan.nodes.flatMap(({ paths }) => paths[network] ?? []);
      for (const path of all) {
        expect(all.some((other) => other.from === path.to && other.to === path.from)).toBe(true);
        expect(path.from).not.toBe(path.to);
      }
    }
  });

  it("use the MTU of what carries the network", () => {
    const mtus = (stack: "frege" | "gtr7" | "homelab"): Record<string, number | undefined> =>
      Object.fromEntries(
        Object.entries(planCluster(specOf(stack)).nodes[0]?.paths ?? {}).map(([network, paths]) => [
          network,
          paths[0]?.mtu,
        ]),
      );
    expect(mtus("frege")).toEqual({ management: 1500, ring: 65520 });
    expect(mtus("gtr7")).toEqual({ management: 1500, ring: 4000 });
    expect(mtus("homelab")).toEqual({ corosync: 1500, management: 1500, storage: 9000 });
  });

  it("of a ring with both families are measured in both", () => {
    const ring = planCluster(specOf("gtr7")).nodes[0]?.paths.ring;
    expect(ring?.map((path) => path.to)).toEqual([
      "10.0.0.82",
      "fd00::82",
      "10.0.0.83",
      "fd00::83",
    ]);
  });
});
