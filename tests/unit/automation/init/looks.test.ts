import { describe, expect, it } from "vitest";
import { hardwareOf } from "../../../../automation/init/conclude/hardware.js";
import { networkAround } from "../../../../automation/init/conclude/ring.js";
import { hostScript } from "../../../../automation/init/look/host-script.js";
import { identified } from "../../../../automation/init/look/identified.js";
import { parseInterfacesFile } from "../../../../automation/init/look/interfaces-file.js";
import { corosyncConf, factsOf } from "./sights.js";

const port = (name: string) => ({ name, speedMbit: undefined, driver: "", path: undefined });

describe("/etc/network/interfaces", () => {
  it("is read with its odd spellings", () => {
    const found = parseInterfacesFile(
      "# a comment\nauto lo\niface lo inet loopback\n\nallow-hotplug eno1\niface eno1 inet manual\niface vmbr0 inet static\n\taddress 10.0.0.1/24\n\tbridge_ports eno1 \\\n\t  eno2\n\tup true\n\tup false\niface vmbr0 inet6 static\n\taddress fd00::1/64\nsource /etc/network/interfaces.d/*\n",
    );
    expect(found.map(({ name, method }) => `${name} ${method}`)).toEqual([
      "lo loopback",
      "eno1 manual",
      "vmbr0 static",
    ]);
    expect(found[2]?.options).toMatchObject({
      address: ["10.0.0.1/24", "fd00::1/64"],
      "bridge-ports": ["eno1 eno2"],
      up: ["true", "false"],
    });
  });
});

describe("what a host says", () => {
  it("is nothing where it is silent", () => {
    expect(
      factsOf({
        name: "a",
        address: "10.0.0.11",
        parts: { addresses: "", routes: "", memory: "", threads: "", disks: "x" },
      }),
    ).toMatchObject({
      addresses: [],
      gateways: [],
      memoryBytes: undefined,
      threads: undefined,
      disks: undefined,
    });
  });

  it("tells channels that are switched on, in both forms of apt's lists", () => {
    const stanzas =
      "Types: deb\nComponents: pve-enterprise\nEnabled: no\n\nTypes: deb\nComponents: pve-no-subscription\n";
    const host = (parts: Record<string, string>) =>
      factsOf({ name: "a", address: "10.0.0.11", parts }).channels;
    expect(host({ "apt-stanzas": stanzas })).toEqual(["no-subscription"]);
    expect(
      host({
        "apt-stanzas": "",
        "apt-lines": "# deb x trixie pve-enterprise\ndeb http://x bookworm pvetest",
      }),
    ).toEqual(["test"]);
  });

  it("has devices of its peers, and of no fencer a password", () => {
    const fencer =
      '"name": "a",\n"name": "b",\n"kind": "redfish",\n"address": "10.0.0.22",\n"port": 443,\n"user": "fence",';
    expect(factsOf({ name: "a", address: "10.0.0.11", parts: { fencer } }).devices).toEqual([
      { node: "b", kind: "redfish", address: "10.0.0.22", port: 443, user: "fence" },
    ]);
    expect(hostScript()).toContain(
      "grep -E '\"(name|kind|address|port|user)\":' /etc/proxmox-ha/fencer/fencer.json",
    );
  });
});

describe("hosts that are named", () => {
  const links = [
    ["a", 1, "10.0.0.11"],
    ["b", 2, "10.0.0.12"],
  ] as const;
  const a = factsOf({ name: "a", address: "10.0.0.11" });
  const b = factsOf({ name: "b", address: "10.0.0.12" });
  const member = factsOf({
    name: "a",
    address: "10.0.0.11",
    members: { conf: corosyncConf("lab", links) },
  });

  it("have the ids of their cluster, and others the free ones", () => {
    const c = factsOf({ name: "c", address: "10.0.0.13" });
    const other = factsOf({
      name: "b",
      address: "10.0.0.12",
      members: { conf: corosyncConf("lab", links) },
    });
    expect(identified([c, other, member]).map(({ node, id }) => `${node} ${id}`)).toEqual([
      "a 1",
      "b 2",
      "c 3",
    ]);
    expect(identified([b, a]).map(({ node, id }) => `${node} ${id}`)).toEqual(["b 1", "a 2"]);
  });

  it.each([
    [[member], /The cluster lab has further members: b \(10\.0\.0\.12 on its first link\)/],
    [[a, { ...a, address: "10.0.0.99" }], /10\.0\.0\.11 and 10\.0\.0\.99 both call themselves a/],
    [
      [factsOf({ name: "x", address: "10.0.0.11", members: { version: "" } })],
      /No Proxmox VE was found on 10\.0\.0\.11/,
    ],
    [
      [
        a,
        factsOf({
          name: "b",
          address: "10.0.0.12",
          members: { version: "pve-manager/8.4.1/x (y)" },
        }),
      ],
      /more than one major version of Proxmox VE: a 9 and b 8/,
    ],
    [
      [
        member,
        factsOf({
          name: "b",
          address: "10.0.0.12",
          members: { conf: corosyncConf("other", links) },
        }),
      ],
      /more than one cluster: a lab and b other/,
    ],
  ])("are no cluster of one file: %#", (hosts, said) => {
    expect(() => identified(hosts)).toThrow(said);
  });
});

describe("a machine", () => {
  it("is known by what it calls itself, else by all of its ports", () => {
    expect(hardwareOf({ product: "Beelink GTR7", ports: [] })).toEqual({
      profile: "gtr7",
      by: "product",
    });
    const ports = ["enp65s0f0np0", "enp65s0f1np1", "eno1"].map(port);
    expect(hardwareOf({ product: "", ports })).toEqual({ profile: "genoa-a16", by: "ports" });
    expect(hardwareOf({ product: "", ports: ports.slice(1) })).toEqual({
      profile: "generic",
      by: "nothing",
    });
  });
});

describe("loopbacks", () => {
  it.each([
    [["10.9.0.1", "10.9.0.200"], "10.9.0.0/24"],
    [["10.9.0.1", "10.9.1.2"], "10.9.0.0/16"],
    [["10.9.0.1", "192.168.0.1"], "0.0.0.0/0"],
  ])("%j lie in %s", (addresses, network) => {
    expect(networkAround(addresses)).toBe(network);
  });
});
