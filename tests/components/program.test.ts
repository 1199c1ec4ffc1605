import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SOON } from "../support/days.js";
import { type Registered, type Run, runProgram, SECRET_TOKEN, sectionOf } from "./recording.js";

const STACKS = ["frege", "pve1", "homelab", "gtr7"] as const;

function tree(run: Run): string[] {
  return run.resources.map((one) => `${one.type} ${one.name}`).sort();
}

function ofType(run: Run, type: string): Registered[] {
  return run.resources.filter((one) => one.type === type);
}

function named(run: Run, name: string): Registered {
  const found = run.resources.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no resource ${name} among ${run.resources.map((one) => one.name).join(", ")}`);
  }
  return found;
}

/** Everything that is there before a resource is made, by name. What a component waits for, its children wait for. */
function behind(run: Run, { dependencies, parent }: Registered): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...dependencies, parent];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (!seen.has(name)) {
      seen.add(name);
      const found = run.resources.filter((one) => one.name === name);
      open.push(...found.flatMap((one) => [...one.dependencies, one.parent]));
    }
  }
  return seen;
}

const PBS_PASSWORD = {
  "proxmox-ha:pbs": "value-of-the-token",
  "proxmox-ha:key": "value-of-the-key",
};
/** pve1's backup storage with secrets that need no network to read. */
const PBS_STORAGE = {
  storage: {
    "pbs-pve1": {
      pbs: {
        server: "10.30.0.50",
        datastore: "pve1",
        user: "pve1@pbs!backup",
        password: { pulumi: "pbs" },
        encryptionKey: { pulumi: "key" },
      },
      content: ["backup"],
    },
  },
};

/** Storages that are the program's own: on a Ceph that is made, or with secrets, which are handed on as references. */
const OWN_STORAGES: Readonly<
  Record<(typeof STACKS)[number], readonly { readonly name: string; readonly password?: object }[]>
> = {
  frege: [],
  pve1: [
    { name: "rbd-containers-definition" },
    { name: "rbd-vms-definition" },
    { name: "cephfs-definition" },
    { name: "pbs-pve1-definition", password: { pulumi: "pbs" } },
  ],
  homelab: [{ name: "vm-data-definition" }, { name: "vm-disks-definition" }],
  gtr7: [{ name: "vm-disks-definition" }],
};

/** Storages that the native provider makes. */
const NATIVE_STORAGES: Readonly<Record<(typeof STACKS)[number], readonly string[]>> = {
  frege: ["nfs-backups-definition", "nfs-isos-definition", "nfs-vms-definition"],
  pve1: [],
  homelab: ["nas-backups-definition"],
  gtr7: [],
};

function run(stack: (typeof STACKS)[number], preview = false): Promise<Run> {
  return runProgram(stack, {
    preview,
    ...(stack === "pve1" ? { changes: PBS_STORAGE, config: PBS_PASSWORD } : {}),
  });
}

describe.each(STACKS)("the program on stack %s", (stack) => {
  it("declares the tree of the plan", async () => {
    expect(tree(await run(stack))).toMatchSnapshot();
  });

  it("declares the same tree in a preview", async () => {
    expect(tree(await run(stack, true))).toEqual(tree(await run(stack)));
  });

  it("puts every native resource below a component and on the cluster's own provider", async () => {
    const result = await run(stack);
    const cluster = ofType(result, "proxmox-ha:cluster:CorosyncCluster")[0];
    for (const one of result.resources.filter(({ type }) => type.startsWith("proxmoxve:"))) {
      expect(one.parent).not.toBe("");
      expect(one.name.startsWith(`${one.parent}-`)).toBe(true);
      expect(one.provider).toBe(`${cluster?.name}-api`);
    }
  });

  it("names no token and no secret outside a secret", async () => {
    const result = await run(stack);
    const [api] = ofType(result, "pulumi:providers:proxmoxve");
    expect(JSON.stringify(api?.inputs.apiToken)).toContain("1b47061264138c4ac30d75fd1eb44270");
    const rest = result.resources.map((one) => withoutSecrets(one.inputs));
    const shown = JSON.stringify([rest, result.outputs]);
    for (const secret of [SECRET_TOKEN, ...Object.values(PBS_PASSWORD)]) {
      expect(shown).not.toContain(secret);
    }
  });

  it("has the engine keep no calls of this program, which change with every line that moves", async () => {
    const result = await run(stack);
    expect(result.resources.filter(({ callsKept }) => callsKept > 0)).toEqual([]);
  });

  it("protects the cluster, and nothing that has a guard of its own", async () => {
    const result = await run(stack);
    for (const one of result.resources) {
      const holds = /CorosyncCluster|pvecm:Cluster/.test(one.type);
      expect([one.name, one.protect]).toEqual([one.name, holds]);
    }
  });

  it("puts the roster and the servers' gate before every storage, and a guard behind native ones", async () => {
    const result = await run(stack);
    const native = result.resources.filter(({ type }) => type.startsWith("proxmoxve:storage"));
    expect(native.map(({ name }) => name).sort()).toEqual(NATIVE_STORAGES[stack]);
    for (const one of native) {
      expect(named(result, one.parent).dependencies).toEqual(
        expect.arrayContaining(["storages-roster", "storages-servers", "datacenter-options"]),
      );
      const guard = named(result, one.name.replace(/-definition$/, "-guard"));
      expect(guard.dependencies).toContain(one.name);
    }
    expect(ofType(result, "pulumi-nodejs:dynamic/pvesm:Storage").map(({ name }) => name)).toEqual(
      OWN_STORAGES[stack].map(({ name }) => name),
    );
  });

  it("hands secrets of storages on as references and their versions", async () => {
    const storages = ofType(await run(stack), "pulumi-nodejs:dynamic/pvesm:Storage");
    expect(storages.map(({ inputs }) => inputs.password)).toEqual(
      OWN_STORAGES[stack].map(({ password }) => password),
    );
  });
});

/** Inputs with wrapped secrets taken out. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(withoutSecrets);
  }
  const entries = Object.entries(value);
  return entries.some(([key]) => key === "4dabf18193072939515e22adb298388d")
    ? "secret"
    : Object.fromEntries(entries.map(([key, member]) => [key, withoutSecrets(member)]));
}

/** Guests that the file only places. */
const GUESTS = {
  guests: {},
  ha: {
    placements: { "ms01-cluster": { frege: 100, russell: 50, wittgenstein: 50 } },
    resources: {
      "vm:100": { placement: "ms01-cluster" },
      "vm:101": { placement: "ms01-cluster" },
    },
  },
};

describe("placements", () => {
  it("are groups on Proxmox VE 8, and guests name their group", async () => {
    const result = await runProgram("frege", {
      changes: { ...GUESTS, proxmox: { major: 8 } },
    });
    const [group] = ofType(result, "proxmoxve:index/hagroup:Hagroup");
    expect(group?.inputs).toEqual({
      group: "ms01-cluster",
      nodes: { frege: 100, russell: 50, wittgenstein: 50 },
      restricted: false,
      noFailback: false,
    });
    const guests = named(result, "ha-guests");
    expect(guests.inputs).toMatchObject({
      major: 8,
      rules: [],
      resources: [
        { sid: "vm:100", group: "ms01-cluster" },
        { sid: "vm:101", group: "ms01-cluster" },
      ],
    });
    expect(guests.dependencies).toEqual(["ha-group-ms01-cluster"]);
  });

  it("are rules on Proxmox VE 9, after groups of 8 have made room", async () => {
    const result = await runProgram("frege", { changes: GUESTS });
    const guests = named(result, "ha-guests");
    expect(guests.inputs).toMatchObject({
      major: 9,
      resources: [
        { sid: "vm:100", state: "started", failback: true },
        { sid: "vm:101", state: "started", failback: true },
      ],
      rules: [
        {
          name: "ms01-cluster",
          type: "node-affinity",
          resources: ["vm:100", "vm:101"],
          nodes: { frege: 100, russell: 50, wittgenstein: 50 },
          strict: false,
        },
      ],
    });
    expect(guests.dependencies).toEqual(["ha-migrated"]);
    expect(ofType(result, "proxmoxve:index/hagroup:Hagroup")).toEqual([]);
  });

  it("wait on 9 until a guest follows them, and say so", async () => {
    const result = await runProgram("frege", { changes: { guests: {} } });
    expect(result.resources.map(({ name }) => name)).not.toContain("ha-guests");
    expect(result.outputs.placements?.value).toMatchObject({ waiting: ["ms01-cluster"] });
  });

  it("leave it to a look which declared guests exist", async () => {
    const guests = named(await runProgram("homelab"), "ha-guests");
    expect(guests.inputs).toMatchObject({ resources: [{ sid: "vm:120" }] });
    expect(guests.inputs.present).toBeUndefined();
  });
});

describe("guests of the file", () => {
  const VM = {
    id: 110,
    node: "russell",
    cores: 2,
    memory: "1GiB",
    disks: [{ storage: "nfs-vms", size: "8GiB" }],
  };
  const guests = {
    "in-ha": { ...VM, ha: {} },
    alone: { ...VM, id: 111, restart: "allowed" },
    box: { ...VM, id: 112, kind: "container", template: "debian" },
  };
  const images = {
    debian: {
      url: "https://images.example/debian.tar.zst",
      checksum: `sha256:${"a".repeat(64)}`,
      storages: ["nfs-isos"],
    },
  };

  it("are made behind the storages, by their ids, and HA waits for them", async () => {
    const consent = { "restart.in-ha": SOON, "guest.gone": SOON };
    const result = await runProgram("frege", { changes: { guests, images, consent } });
    expect(ofType(result, "pulumi-nodejs:dynamic/guest:Vm").map(({ name }) => name)).toEqual([
      "vm-110-machine",
      "vm-111-machine",
    ]);
    expect(named(result, "vm-110").dependencies).toContain("storages-gate");
    expect(named(result, "ha-guests").dependencies).toContain("vm-110-machine");
    expect(named(result, "ha-guests").inputs).toMatchObject({
      made: ["vm:110", "vm:111", "ct:112"],
    });
    expect(named(result, "image-debian-nfs-isos-file").inputs).toMatchObject({
      content: "vztmpl",
      file: "debian.tar.zst",
    });
    expect(named(result, "ct-112-container").inputs).toMatchObject({ kind: "container" });
    expect(named(result, "ct-112").dependencies).toContain("image-debian-nfs-isos-file");
    expect(named(result, "vm-110").dependencies).not.toContain("image-debian-nfs-isos-file");
    expect(named(result, "vm-110-machine").inputs).toMatchObject({
      vmid: 110,
      name: "in-ha",
      startsItself: false,
      mayRestart: false,
      consent: { "restart.in-ha": SOON },
    });
    expect(named(result, "vm-111-machine").inputs).toMatchObject({
      startsItself: true,
      mayRestart: true,
      consent: {},
    });
    expect(result.outputs.guests?.value).toBeDefined();
  });

  it("are told to a roster that stands before everything, with the consents that are about guests", async () => {
    const consent = { "guest.gone": SOON, "storage.nfs-vms": SOON };
    const result = await runProgram("frege", { changes: { guests, images, consent } });
    expect(named(result, "guests-roster").inputs).toMatchObject({
      guests: { "in-ha": "vm:110", alone: "vm:111", box: "ct:112" },
      consent: { "guest.gone": SOON },
    });
  });
});

describe("storages", () => {
  it("carry what the file says", async () => {
    const result = await runProgram("frege");
    expect(named(result, "nfs-vms-definition").inputs).toEqual({
      resourceId: "nfs-vms",
      server: "10.203.3.99",
      export: "/volume1/proxmox/vms",
      options: "vers=4.2,hard",
      contents: ["images", "rootdir"],
      disable: false,
    });
  });

  it("hand their consents to the roster and to their guards, whatever their last day", async () => {
    const consent = { "storage.nfs-vms": SOON, "node.russell": SOON };
    const result = await runProgram("frege", { changes: { consent } });
    const own = { "storage.nfs-vms": SOON };
    expect(named(result, "storages-roster").inputs.consent).toEqual(own);
    expect(named(result, "nfs-vms-guard").inputs.consent).toEqual(own);
    expect(named(result, "nfs-isos-guard").inputs.consent).toEqual({});
  });

  it("are replaced the old one first, because Proxmox knows them by name", async () => {
    const result = await runProgram("frege");
    expect(named(result, "nfs-vms-definition").deleteBeforeReplace).toBe(true);
  });

  it("are proved by a file, by a volume, or by Proxmox's own word", async () => {
    const storage = {
      "dir-mounted": { dir: { path: "/srv/x", mountPoint: true }, content: ["iso"] },
      tank: { zfs: { pool: "rpool/data" }, content: ["images"] },
      thin: { lvmThin: { volumeGroup: "pve", thinPool: "data" }, content: ["images"] },
      nas: { nfs: { server: "10.203.3.99", export: "/a" }, content: ["iso"] },
      smb: { cifs: { server: "10.203.3.99", share: "x" }, content: ["iso"] },
    };
    const result = await runProgram("frege", { changes: { storage, guests: {} } });
    expect(named(result, "storages-gate").inputs).toMatchObject({
      directories: { "dir-mounted": "/srv/x", smb: "/mnt/pve/smb", nas: "/mnt/pve/nas" },
      volumes: ["tank", "thin"],
    });
    expect(named(result, "dir-mounted-definition").inputs).toMatchObject({
      type: "dir",
      fixed: { path: "/srv/x" },
      options: { is_mountpoint: "1", content: "iso" },
    });
    expect(named(result, "storages-servers").inputs).toMatchObject({
      views: expect.arrayContaining([
        expect.objectContaining({
          servers: [
            { address: "10.203.3.99", port: 2049, storages: ["nas"] },
            { address: "10.203.3.99", port: 445, storages: ["smb"] },
          ],
        }),
      ]),
    });
  });
});

describe("phases", () => {
  it.each(STACKS)("what lies in the cluster waits for it on %s", async (stack) => {
    const result = await run(stack);
    const cluster = ofType(result, "proxmox-ha:cluster:CorosyncCluster")[0];
    const later = result.resources.filter((one) =>
      /:(storage|ha):|DatacenterOptions/.test(one.type),
    );
    expect(later.length).toBeGreaterThan(2);
    for (const one of later) {
      expect(one.dependencies).toContain(`${cluster?.name}-api`);
    }
  });
});

describe("the way to a cluster", () => {
  it("joins one node after the other, in the order of their ids", async () => {
    const result = await runProgram("frege");
    expect(named(result, "ms01-russell").dependencies).toEqual(["ms01-founded"]);
    expect(named(result, "ms01-wittgenstein").dependencies).toEqual(["ms01-russell"]);
    expect(named(result, "ms01-links").dependencies).toEqual(["ms01-wittgenstein"]);
    expect(named(result, "ms01-account").dependencies).toEqual(["ms01-links"]);
  });

  it("is the same in whatever order the engine hands the nodes over", async () => {
    const { nodes } = sectionOf("frege");
    const sorted = Object.fromEntries(Object.entries(z.looseObject({}).parse(nodes)).reverse());
    const [own, other] = [
      await runProgram("frege"),
      await runProgram("frege", { changes: { nodes: sorted } }),
    ];
    expect(other.resources).toEqual(own.resources);
    expect(other.outputs).toEqual(own.outputs);
  });

  it("names and repositories come before packages, and their services after", async () => {
    const result = await runProgram("pve1");
    const packages = named(result, "pve1-node1-packages").dependencies;
    expect(packages).toContain("pve1-node1-names");
    expect(packages).toContain("pve1-node1-system");
    expect(named(result, "pve1-node1-services").dependencies).toEqual(["pve1-node1-packages"]);
    expect(named(result, "pve1-node1-reboot").dependencies).toContain("pve1-node1-packages");
  });

  it("of a ring has its routing before all other packages, which come while its routes do", async () => {
    const result = await runProgram("frege");
    const first = named(result, "frege-first-packages");
    expect(first.inputs.packages).toEqual(["frr", "frr-pythontools"]);
    expect(first.dependencies).toContain("frege-system");
    expect(named(result, "frege-reboot").dependencies).toContain("frege-first-packages");
    expect(named(result, "frege-packages").dependencies).toEqual(["ring-frege"]);
    expect(behind(result, named(result, "frege-packages"))).toContain("frege-reboot");
    expect(behind(result, named(result, "ring-paths"))).not.toContain("frege-packages");
    expect(behind(result, named(result, "clocks-gate"))).toContain("frege-services");
  });

  it("of a ring is whole before a command of the file that stands between hosts and network", async () => {
    const hooks = [{ phase: "hosts", when: "after", on: "controller", command: "true" }];
    const result = await runProgram("frege", { changes: { hooks } });
    expect(result.resources.map(({ name }) => name)).not.toContain("frege-first-packages");
    expect(named(result, "frege-reboot").dependencies).toContain("frege-packages");
  });

  it("begins once every host is ready and every network is proved", async () => {
    const result = await runProgram("frege");
    const before = behind(result, named(result, "ms01"));
    for (const needed of [
      "frege-packages",
      "frege-services",
      "russell-settings",
      "wittgenstein-interfaces",
      "ring-frege",
      "ring-paths",
      "management-gate",
      "clocks-gate",
    ]) {
      expect(before).toContain(needed);
    }
  });

  it("lets no host wait for another one before its own interfaces", async () => {
    const result = await runProgram("frege");
    const network = result.resources.find(
      ({ type, name }) => type === "proxmox-ha:network:BondedNetwork" && name === "russell",
    );
    expect(network?.dependencies).toEqual(["russell-reboot"]);
  });

  it("changes nothing for the others when a fourth node stands at the end of the file", async () => {
    const before = await runProgram("frege");
    const section = await runProgram("frege", { node: ["quine", "10.203.3.14"] });
    const inputs = (one: Run, name: string): unknown => named(one, name).inputs;
    for (const name of ["ms01-russell", "ms01-wittgenstein"]) {
      expect(inputs(section, name)).toEqual(inputs(before, name));
    }
    // Who else there is is asked before a founding only, and is not kept.
    const { others: _before, ...founded } = named(before, "ms01-founded").inputs;
    const { others: _after, ...grown } = named(section, "ms01-founded").inputs;
    expect(grown).toEqual(founded);
    expect(named(section, "ms01-quine").dependencies).toEqual(["ms01-wittgenstein"]);
  });

  it("looks first whether a node is missing and what stands already, before it touches any host", async () => {
    const result = await runProgram("frege");
    expect(named(result, "nodes").inputs).toMatchObject({
      nodes: ["frege", "russell", "wittgenstein"],
    });
    const hosts = ofType(result, "proxmox-ha:host:HostBase");
    expect(hosts.map(({ dependencies }) => dependencies)).toEqual([
      ["guests-roster", "nodes", "storages-roster"],
      ["guests-roster", "nodes", "storages-roster"],
      ["guests-roster", "nodes", "storages-roster"],
    ]);
  });

  it("forgets what is on a host that leaves, instead of undoing it there", async () => {
    const result = await runProgram("frege");
    expect(named(result, "russell-settings").retainOnDelete).toBe(true);
    for (const name of [
      "russell-packages",
      "russell-names",
      "russell-interfaces",
      "ring-russell",
    ]) {
      expect(named(result, name).deletedWith).toBe("russell-settings");
    }
    expect(named(result, "ms01-russell")).toMatchObject({ protect: false, retainOnDelete: true });
  });

  it("proves every storage on every node before it is done", async () => {
    const gate = named(await runProgram("frege"), "storages-gate");
    expect(gate.inputs.views).toMatchObject([
      { connection: { node: "frege" }, storages: ["nfs-backups", "nfs-isos", "nfs-vms"] },
      { connection: { node: "russell" } },
      { connection: { node: "wittgenstein" } },
    ]);
  });

  it("removes a node only by a consent that names it", async () => {
    const consent = { "node.quine": SOON };
    const result = await runProgram("frege", { changes: { consent } });
    expect(named(result, "ms01-without-quine").inputs).toMatchObject({ node: "quine", consent });
    expect(named(result, "ms01-without-quine").dependencies).toEqual(["ms01-founded"]);
    expect(named(result, "ms01-russell").dependencies).toContain("ms01-without-quine");
    const without = await runProgram("frege");
    expect(ofType(without, "pulumi-nodejs:dynamic/pvecm:Removal")).toEqual([]);
  });
});

describe("a stack file with mistakes", () => {
  it("is refused as a whole, with every mistake, before anything is declared", async () => {
    const changes = {
      name: "much-too-long-a-name",
      corosync: { links: ["management", "nowhere"] },
    };
    await expect(runProgram("frege", { changes })).rejects.toThrow(/nothing was changed/);
  });

  it("is refused when a guest under HA would have no home", async () => {
    const guests = {
      database: {
        id: 120,
        node: "frege",
        cores: 2,
        memory: "4GiB",
        disks: [{ storage: "local-lvm", size: "32GiB" }],
        ha: { placement: "ms01-cluster" },
      },
    };
    await expect(runProgram("frege", { changes: { guests } })).rejects.toThrow(
      /vm:120 \(database\)|local-lvm/,
    );
  });
});
