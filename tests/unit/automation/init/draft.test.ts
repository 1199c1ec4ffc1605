import { describe, expect, it } from "vitest";
import { draftOf, type Given } from "../../../../automation/init/conclude/draft.js";
import { renderFile } from "../../../../automation/init/render.js";
import type { Sight } from "../../../../automation/init/sight.js";
import { loadStack } from "../../../../config/load/index.js";
import { bridgeOn, corosyncConf, type HostWish, pinOf, sightOf } from "./sights.js";

const GIVEN: Given = {
  name: "lab",
  installerPassword: undefined,
  key: undefined,
  region: undefined,
  sshPort: undefined,
};

/** The text of the file, which must have no error. */
function fileOf(sight: Sight, given: Partial<Given> = {}) {
  const draft = draftOf(sight, { ...GIVEN, ...given });
  const text = renderFile(draft, { from: "Begun by a test.", schema: undefined });
  const { spec, findings } = loadStack({ file: "Pulumi.lab.yaml", text, today: "2026-11-30" });
  const errors = findings.filter(({ severity }) => severity === "error");
  expect(
    errors.map(({ path, what, fix }) => `${path}: ${what} ${fix}`),
    text,
  ).toEqual([]);
  if (spec === undefined) {
    throw new Error("no error and no spec");
  }
  return { text, spec, cluster: draft.cluster, margin: draft.margin };
}

const three: readonly HostWish[] = [1, 2, 3].map((at) => ({
  name: `node${at}`,
  address: `10.0.0.1${at}`,
}));

describe("three fresh machines with cables of a ring", () => {
  const CABLES = [
    "/sys/devices/pci0000:00/0000:00:0d.2/domain0/0-0/0-1",
    "/sys/devices/pci0000:00/0000:00:0d.3/domain1/1-0/1-1",
  ].join("\n");
  const sight = sightOf(three.map((host) => ({ ...host, parts: { thunderbolt: CABLES } })));

  it("become a cluster with the ring, by the profile of the machines", () => {
    const { spec, text } = fileOf(sight);
    expect(spec.nodes.node1).toMatchObject({ id: 1, address: "10.0.0.11", hardware: "ms-01" });
    expect(spec.interfaces).toMatchObject({ vmbr0: { bridge: { ports: ["enp87s0"] } } });
    expect(spec.networks.management).toMatchObject({
      cidr: "10.0.0.0/24",
      gateway: "10.0.0.1",
      on: "vmbr0",
    });
    expect(spec.networks.ring).toMatchObject({
      thunderbolt: { topology: "ring" },
      loopbacks: "10.255.255.0/24",
    });
    expect(spec.corosync.links).toEqual(["management", "ring"]);
    expect(spec.base).toMatchObject({
      domain: "home.example",
      dns: ["10.0.0.1"],
      timezone: "Europe/Vienna",
    });
    expect(spec.access.hostKeys).toEqual({
      node1: pinOf("10.0.0.11"),
      node2: pinOf("10.0.0.12"),
      node3: pinOf("10.0.0.13"),
    });
    expect(text).toMatch(
      /# Thunderbolt cables run between the hosts\. These loopbacks are a proposal/,
    );
  });

  it("name the place of a secret and never a secret", () => {
    const { spec, margin } = fileOf(sight);
    expect(spec.access.installerPassword).toEqual({ env: "LAB_ROOT_PASSWORD" });
    expect(margin.secrets).toEqual([
      { place: "LAB_ROOT_PASSWORD", what: expect.stringContaining("root's password") },
    ]);
  });

  it("that take no password are said so, unless a key is named", () => {
    const closed = sightOf(
      three.map((host) => ({ ...host, parts: { sshd: "passwordauthentication no" } })),
    );
    expect(fileOf(closed).text).toContain("# The hosts take keys and no password.");
    const named = fileOf(closed, { key: { env: "LAB_KEY" } });
    expect(named.text).not.toContain("take keys and no password");
    expect(named.spec.access.key).toEqual({ env: "LAB_KEY" });
  });

  it("take the place that was named, with the store that it is in", () => {
    const { spec } = fileOf(sight, {
      installerPassword: { ssm: "/lab/root" },
      region: "eu-central-1",
    });
    expect(spec.secrets.ssm).toMatchObject({ region: "eu-central-1", prefix: "/lab" });
  });

  it("tell of disks with nothing on them", () => {
    const disks = JSON.stringify([
      {
        devpath: "/dev/nvme1n1",
        size: 2_000_398_934_016,
        model: "Samsung SSD 990",
        serial: "S6Z1",
        rpm: 0,
        osdid: -1,
        mounted: 0,
      },
    ]);
    const { text } = fileOf(sightOf(three.map((host) => ({ ...host, parts: { disks } }))));
    expect(text).toMatch(
      /# - node1, node2, node3: disks with nothing on them:\s+\/dev\/nvme1n1 \(Samsung SSD 990, 2000GB\)/,
    );
  });
});

describe("two machines", () => {
  it("get the hint how an even number is helped, fresh", () => {
    const { spec, text } = fileOf(sightOf(three.slice(0, 2)));
    expect(spec.corosync.evenNodesAccepted).toBe(true);
    expect(text).toMatch(/# qdevice: \{ address: 10\.0\.0\.99 \}/);
  });

  it("keep the QDevice that they have", () => {
    const conf = corosyncConf(
      "pair",
      [
        ["node1", 1, "10.0.0.11"],
        ["node2", 2, "10.0.0.12"],
      ],
      "  device {\n    model: net\n    net {\n      algorithm: ffsplit\n      host: 10.0.0.99\n    }\n    votes: 1\n  }\n",
    );
    const { spec } = fileOf(
      sightOf(three.slice(0, 2).map((host) => ({ ...host, members: { conf } }))),
    );
    expect(spec.corosync).toMatchObject({
      qdevice: { address: "10.0.0.99" },
      evenNodesAccepted: false,
    });
  });
});

describe("one machine", () => {
  it("of no known kind is described by what it has", () => {
    const { spec, text } = fileOf(
      sightOf([{ name: "solo", address: "10.0.0.11", product: "X570" }]),
    );
    expect(spec.nodes.solo).toMatchObject({
      hardware: "generic",
      overrides: { threads: 20, nics: [{ name: "enp87s0", speed: 2500 }] },
    });
    expect(text).toContain("X570: no profile");
  });
});

describe("a server with a bond and VLANs", () => {
  const interfaces = (last: number): string => `auto lo
iface lo inet loopback
iface eno1 inet manual
iface eno2 inet manual
auto bond0
iface bond0 inet manual
  bond-slaves eno1 eno2
  bond-miimon 100
  bond-mode 802.3ad
  bond-xmit-hash-policy layer3+4
  bond-lacp-rate fast
  mtu 9000
auto vmbr0
iface vmbr0 inet manual
  bridge-ports bond0
  bridge-stp off
  bridge-fd 0
  bridge-vlan-aware yes
  bridge-vids 2-100
  mtu 9000
auto vmbr0.6
iface vmbr0.6 inet static
  address 10.0.0.${last}/24
  gateway 10.0.0.1
  mtu 1500
  up ip route replace 10.40.0.0/16 via 10.0.0.254 dev $IFACE
  post-up ethtool -K bond0 gro off
auto storage
iface storage inet static
  address 10.20.0.${last}/24
  vlan-raw-device vmbr0
  vlan-id 20
  mtu 9000
`;
  const wishes = [11, 12, 13].map((last) => ({
    name: `s${last}`,
    address: `10.0.0.${last}`,
    product: "R7625",
    interfaces: interfaces(last),
    parts: {
      ports:
        "eno1|200000|/sys/devices/pci0000:40/0000:41:00.0|mlx5_core\neno2|200000|/sys/devices/pci0000:40/0000:41:00.1|mlx5_core",
    },
  }));

  it("is described down to rates, tags and routes", () => {
    const { spec } = fileOf(sightOf(wishes));
    expect(spec.interfaces.bond0).toMatchObject({
      bond: {
        ports: ["eno1", "eno2"],
        mode: "802.3ad",
        farSide: "lag",
        lacpRate: "fast",
        hash: "layer3+4",
      },
      mtu: 9000,
    });
    expect(spec.interfaces.vmbr0).toMatchObject({
      bridge: { ports: ["bond0"], vlanAware: true, vlans: "2-100" },
      mtu: 9000,
    });
    expect(spec.networks.management).toMatchObject({
      on: "vmbr0",
      vlan: 6,
      mtu: 1500,
      routes: [{ to: "10.40.0.0/16", via: "10.0.0.254" }],
    });
    expect(spec.networks.vlan20).toMatchObject({
      on: "vmbr0",
      vlan: 20,
      device: "storage",
      mtu: 9000,
      cidr: "10.20.0.0/24",
    });
    expect(spec.nodes.s12?.addresses).toEqual({ vlan20: ["10.20.0.12"] });
    // Both hang on the same two cables.
    expect(spec.corosync.links).toEqual(["management"]);
  });

  it("is warned of lines that a run would leave out", () => {
    const { text } = fileOf(sightOf(wishes));
    expect(text).toMatch(
      /# - s11, s12, s13: vmbr0\.6 has the line "post-up ethtool -K bond0 gro off"/,
    );
  });

  it("has ports of its own where machines differ", () => {
    const [first, second, third] = wishes;
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error("three are needed");
    }
    const other = second.interfaces.replaceAll("eno1", "enp1s0").replaceAll("eno2", "enp2s0");
    const { spec } = fileOf(sightOf([first, { ...second, interfaces: other }, third]));
    expect(spec.interfaces.bond0?.nodes).toEqual({ s12: { ports: ["enp1s0", "enp2s0"] } });
  });
});

describe("a cluster that stands", () => {
  const links = three.map(
    ({ name, address }, at) => [name, at + 1, address, `169.254.1.${at + 1}`] as const,
  );
  const members = three.map((host, at) => ({
    ...host,
    members: { conf: corosyncConf("ms01", links, "", [20, 10]) },
    live: [`lo 169.254.1.${at + 1}/32`],
    parts: {
      routers: "interface lo\ninterface en05\ninterface en06\nrouter openfabric 1",
      packages: "lldpd installed\nprometheus-node-exporter installed",
      watchdog: "WATCHDOG_MODULE=iTCO_wdt",
      boot: 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on iommu=pt"',
      ...(at === 0
        ? {
            fencer:
              '"name": "node2",\n"kind": "amt",\n"address": "10.0.0.22",\n"port": 16993,\n"user": "admin",',
          }
        : {}),
    },
  }));

  it("keeps its name, ids, links and ring", () => {
    const { spec, text } = fileOf(sightOf(members));
    expect(spec.name).toBe("ms01");
    expect(spec.corosync.links).toEqual(["management", "ring"]);
    expect(spec.networks.ring).toMatchObject({
      thunderbolt: { ports: ["en05", "en06"] },
      loopbacks: "169.254.1.0/24",
    });
    expect(spec.nodes.node1?.overrides).toBeUndefined();
    expect(spec.base).toMatchObject({ lldp: true, nodeExporter: true });
    expect(spec.nodes.node2?.fence?.amt).toMatchObject({
      address: "10.0.0.22",
      login: { user: "admin", password: { env: "NODE2_AMT_PASSWORD" } },
    });
    expect(text).not.toContain("addresses:");
  });

  it("gets nothing that it does not run with", () => {
    const bare = members.map((host) => ({
      ...host,
      parts: {
        ...host.parts,
        packages: "",
        watchdog: "",
        boot: 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"',
      },
    }));
    const { spec } = fileOf(sightOf(bare));
    expect(spec.base).toMatchObject({ lldp: false, nodeExporter: false });
    expect(spec.nodes.node1?.overrides).toMatchObject({
      watchdog: "softdog",
      kernelParameters: [],
    });
  });

  it("keeps priorities of links that their order does not say", () => {
    const equal = members.map((host) => ({
      ...host,
      members: { conf: corosyncConf("ms01", links, "", [0, 5]) },
    }));
    expect(fileOf(sightOf(equal)).spec.corosync.links).toEqual([
      { network: "management", priority: 0 },
      { network: "ring", priority: 5 },
    ]);
  });

  it("keeps its storages, options and what HA looks after", () => {
    const { spec, text } = fileOf(
      sightOf(members, {
        storages: [
          {
            storage: "nfs-vms",
            type: "nfs",
            content: "rootdir,images",
            server: "10.0.0.99",
            export: "/v/vms",
            options: "hard,vers=4.2",
            path: "/mnt/pve/nfs-vms",
          },
          {
            storage: "bak",
            type: "pbs",
            content: "backup",
            server: "10.0.0.50",
            datastore: "d",
            username: "a@pbs!b",
            "prune-backups": "keep-daily=7",
          },
          { storage: "san", type: "iscsi", content: "none", portal: "10.0.0.60" },
        ],
        options: {
          migration: "network=169.254.1.0/24,type=insecure",
          ha: "shutdown_policy=migrate",
          crs: "ha=static",
          bwlimit: "migration=102400",
          mac_prefix: "BC:24:11",
        },
        pools: ["production"],
        ha: {
          guests: ["vm:100", "ct:101"],
          resources: {
            "vm:100": {
              state: "started",
              maxRestart: 1,
              maxRelocate: 2,
              failback: true,
              group: undefined,
            },
          },
          rules: {
            here: {
              type: "node-affinity",
              resources: ["vm:100"],
              nodes: { node1: 100, node2: 50 },
              strict: false,
              affinity: undefined,
              comment: undefined,
              disabled: false,
            },
          },
        },
        jobs: [{ id: "nightly", schedule: "01:00", storage: "bak" }],
      }),
    );
    expect(spec.storage["nfs-vms"]).toMatchObject({
      nfs: { server: "10.0.0.99", options: ["hard", "vers=4.2"] },
      content: ["images", "rootdir"],
    });
    expect(spec.storage.bak).toMatchObject({
      pbs: { password: { env: "BAK_PASSWORD" } },
      prune: { keepDaily: 7 },
    });
    expect(spec.datacenter).toMatchObject({
      migrationNetwork: "ring",
      migrationType: "insecure",
      pools: ["production"],
      bandwidthLimits: { migration: 102_400 * 1024 },
    });
    expect(spec.ha).toMatchObject({
      shutdownPolicy: "migrate",
      scheduler: "static",
      placements: { here: { node1: 100, node2: 50 } },
      resources: { "vm:100": { placement: "here", maxRelocate: 2 } },
    });
    for (const unsaid of [
      "The storage san (iscsi, none)",
      "The virtual machine 100",
      "The container 101",
      "The backup job nightly at 01:00",
      "mac_prefix: BC:24:11",
    ]) {
      expect(text).toContain(unsaid);
    }
  });

  it("with Ceph keeps its disks by name, its pools and its daemons", () => {
    const disks = JSON.stringify([
      {
        devpath: "/dev/nvme1n1",
        size: 2_000_398_934_016,
        model: "Samsung",
        serial: "S6Z1",
        rpm: 0,
        osdid: 0,
        "osdid-list": [0],
        by_id_link: "/dev/disk/by-id/nvme-Samsung_S6Z1",
        used: "LVM",
        mounted: 0,
      },
    ]);
    const withDisks = members.map((host) => ({ ...host, parts: { ...host.parts, disks } }));
    const pool = {
      pool_name: "vms",
      type: "replicated",
      size: 3,
      min_size: 2,
      pg_num: 128,
      pg_autoscale_mode: "on",
      application_metadata: { rbd: {} },
      quotaBytes: 0,
      options: {},
      failureDomain: "host",
      class: "ssd",
    };
    const { spec, text } = fileOf(
      sightOf(withDisks, {
        storages: [
          { storage: "vm-disks", type: "rbd", pool: "vms", content: "images" },
          { storage: "far", type: "rbd", pool: "vms", content: "images", monhost: "10.5.0.1" },
        ],
        ceph: {
          release: "squid",
          publicNetwork: "10.0.0.11/24",
          clusterNetwork: undefined,
          monitors: ["node1", "node2", "node3"],
          managers: ["node1", "node2", "node3"],
          metadataServers: [],
          pools: [
            pool,
            { ...pool, pool_name: ".mgr" },
            { ...pool, pool_name: "cold-data", type: "erasure" },
          ],
          filesystems: [],
          classes: { 0: "ssd" },
          modules: ["prometheus"],
          settings: [
            { section: "mon", name: "mon_osd_down_out_interval", value: "900", mask: "" },
            { section: "osd", name: "osd_mclock_profile", value: "balanced", mask: "" },
            { section: "osd", name: "osd_scrub_begin_hour", value: "1", mask: "host:node1" },
          ],
        },
      }),
    );
    expect(spec.ceph).toMatchObject({
      release: "squid",
      publicNetwork: "management",
      monitors: ["node1", "node2", "node3"],
      osds: { nodes: { node2: [{ device: "/dev/disk/by-id/nvme-Samsung_S6Z1", class: "ssd" }] } },
      pools: {
        vms: { size: 3, pgs: 128, class: "ssd", storage: "vm-disks", content: ["images"] },
      },
    });
    expect(Object.keys(spec.ceph?.pools ?? {})).toEqual(["vms"]);
    expect(spec.ceph).toMatchObject({
      downOutInterval: 900_000,
      recovery: { priority: "balanced" },
    });
    expect(text).toContain("The storage far (rbd, images)");
    expect(text).toContain("Ceph's setting osd_scrub_begin_hour = 1 (osd, host:node1)");
  });
});

describe("odd names", () => {
  it("with brackets stay as they are", () => {
    const { spec } = fileOf(
      sightOf(three, {
        options: { email_from: "a@home.example" },
        ha: {
          guests: [],
          resources: {
            "vm:100": {
              state: "started",
              maxRestart: 1,
              maxRelocate: 1,
              failback: true,
              group: undefined,
            },
          },
          rules: {
            here: {
              type: "node-affinity",
              resources: ["vm:100"],
              nodes: { node1: 1 },
              strict: false,
              affinity: undefined,
              comment: "rack [ A ] only",
              disabled: false,
            },
          },
        },
      }),
    );
    expect(spec.ha.placements.here).toMatchObject({ comment: "rack [ A ] only" });
  });

  it("cannot break out of a remark", () => {
    const { text } = fileOf(
      sightOf(
        three.map((host) => ({ ...host, product: "X\u0085config: evil" })),
        { options: { description: "a\u2028  evil: 1" } },
      ),
    );
    expect(text).not.toMatch(/^\s*(config: )?evil/m);
  });

  it("of a host that no stack file bears are refused by what validate says", () => {
    const draft = draftOf(sightOf([{ name: "PVE_1", address: "10.0.0.11" }]), GIVEN);
    const text = renderFile(draft, { from: "", schema: undefined });
    const { findings } = loadStack({ file: "Pulumi.lab.yaml", text });
    expect(findings.map(({ what }) => what).join()).toContain("PVE_1");
  });

  it("and addresses that follow from no id stand in the file", () => {
    const links = [
      ["a", 4, "10.0.0.11", "10.9.0.200"],
      ["b", 7, "10.0.0.12", "10.9.0.7"],
    ] as const;
    const hosts = links.map(([name, , address, loopback]) => ({
      name,
      address,
      members: { conf: corosyncConf("c", links) },
      live: [`lo ${loopback}/32`],
      parts: { routers: "interface en05\nrouter ospf" },
    }));
    const { spec } = fileOf(sightOf(hosts));
    expect(spec.nodes.a).toMatchObject({ id: 4, addresses: { ring: ["10.9.0.200"] } });
    expect(spec.nodes.b?.addresses).toEqual({});
    expect(spec.networks.ring?.thunderbolt).toMatchObject({ protocol: "ospf", topology: "pair" });
  });
});

describe("hosts with IPv6", () => {
  const both = (last: number): string =>
    `${bridgeOn(`10.0.0.${last}`)}iface eno2 inet static
\taddress 10.20.0.${last}/24
iface eno2 inet6 static
\taddress fd00:20::${last}/64
\tgateway fd00:20::1
iface vmbr0 inet6 static
\taddress fd00:16::${last}/64
`;

  it("have both families in the file, but for the network of their own addresses", () => {
    const { spec, text } = fileOf(
      sightOf(three.map((host, at) => ({ ...host, interfaces: both(11 + at) }))),
    );
    expect(spec.networks.network).toMatchObject({
      cidr: "10.20.0.0/24",
      cidr6: "fd00:20::/64",
      gateway6: "fd00:20::1",
    });
    expect(spec.nodes.node2?.addresses).toEqual({ network: ["10.20.0.12", "fd00:20::12"] });
    expect(text).toContain("# - node2: fd00:16::12/64 on vmbr0 is in no network of all nodes");
  });

  it("are told of addresses that not all of them have", () => {
    const [first, ...others] = three;
    if (first === undefined) {
      throw new Error("one is needed");
    }
    const { text } = fileOf(sightOf([{ ...first, interfaces: both(11) }, ...others]));
    expect(text).toContain("# - node1: fd00:20::11/64 on eno2 is in no network of all nodes");
    expect(text).toMatch(/# - The network 10\.20\.0\.0\/24 is on node1 and not on node2, node3/);
  });
});

describe("a bridge of another port on each host", () => {
  it("names the ports at the nodes", () => {
    const [a, b, c] = three;
    if (a === undefined || b === undefined || c === undefined) {
      throw new Error("three are needed");
    }
    const { spec } = fileOf(sightOf([a, { ...b, interfaces: bridgeOn(b.address, "eno9") }, c]));
    expect(spec.interfaces.vmbr0).toMatchObject({
      bridge: { ports: ["enp87s0"] },
      nodes: { node2: { ports: ["eno9"] } },
    });
  });
});
