import { describe, expect, it } from "vitest";
import { guestRoster } from "../../../../dynamic-providers/guest/roster/provider.js";
import { virtualMachine } from "../../../../dynamic-providers/guest/vm/provider.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FakeGuests, runtimeOf, wished } from "./fake-guests.js";

function serve(cluster = new FakeGuests(), today?: string) {
  const { runtime, said } = runtimeOf(cluster, today);
  return {
    cluster,
    said,
    vm: virtualMachine.serve(runtime),
    roster: guestRoster.serve(runtime),
  };
}

/** Made by the file, and running as HA would have it. */
async function made(changes: Readonly<Record<string, unknown>> = {}) {
  const all = serve();
  const inputs = wished(changes);
  const { id, outs } = await all.vm.create(inputs);
  const guest = all.cluster.guests.get(100);
  if (guest === undefined) {
    throw new Error("the guest was not made");
  }
  guest.running = true;
  all.cluster.told.length = 0;
  return { ...all, id, outs, inputs, guest };
}

const reasons = ({
  failures,
}: {
  readonly failures: readonly { readonly reason: string }[];
}): string => failures.map(({ reason }) => reason).join("\n");

describe("a virtual machine of the file", () => {
  it("is made by one call on its node, and the next look finds nothing to do", async () => {
    const { cluster, vm } = serve();
    const { id, outs } = await vm.create(wished({ pool: "lab", tags: ["a", "b"] }));
    expect(cluster.told).toHaveLength(1);
    expect(cluster.told[0]).toMatch(/^create \/nodes\/russell\/qemu vmid=100 ostype=l26 /);
    expect(cluster.guests.get(100)?.settings).toMatchObject({
      cores: "2",
      memory: "2048",
      tags: "a;b",
      scsi0: "nfs-vms:100/vm-100-disk-7.raw,discard=on,size=32G",
      net0: "virtio=BC:24:11:AA:BB:CC,bridge=vmbr0",
    });
    expect(outs).toMatchObject({ sid: "vm:100", drift: [] });
    expect((await vm.read(id, outs)).props.drift).toEqual([]);
  });

  it("is made from an image, whose copy grows to the size of the disk before its first start", async () => {
    const { cluster, vm } = serve();
    const disk = { slot: "scsi0", storage: "nfs-vms", gib: 32, words: {}, initial: {} };
    const disks = [{ ...disk, image: "nfs-isos:import/debian.qcow2" }];
    const { id, outs } = await vm.create(wished({ disks, startsItself: true }));
    expect(cluster.told.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
      "create /nodes/russell/qemu",
      "set /nodes/russell/qemu/100/resize",
      "create /nodes/russell/qemu/100/status/start",
    ]);
    expect(cluster.told[0]).toContain("scsi0=nfs-vms:0,import-from=nfs-isos:import/debian.qcow2");
    expect(cluster.told[1]).toContain("size=32G");
    const newer = wished({ disks: [{ ...disk, image: "nfs-isos:import/debian-2.qcow2" }] });
    cluster.told.length = 0;
    await vm.update(id, outs, newer);
    expect(cluster.told).toEqual([]);
  });

  it("gets a further disk from an image while it is there", async () => {
    const { cluster, vm, id, outs } = await made();
    const words = { storage: "nfs-vms", words: {}, initial: {} };
    const disks = [
      { slot: "scsi0", gib: 32, ...words },
      { slot: "scsi1", gib: 8, ...words, image: "nfs-isos:import/data.raw" },
    ];
    await vm.update(id, outs, wished({ disks }));
    expect(cluster.told).toHaveLength(2);
    expect(cluster.guests.get(100)?.settings.scsi1).toMatch(/,size=8G$/);
  });

  it("is started where nobody else does that", async () => {
    const { cluster, vm } = serve();
    await vm.create(wished({ startsItself: true }));
    expect(cluster.guests.get(100)?.running).toBe(true);
  });

  it("is no difference wherever HA or a person has moved it, and is changed where it is", async () => {
    const { vm, id, outs, guest, cluster, inputs } = await made();
    guest.node = "wittgenstein";
    expect((await vm.read(id, outs)).props.drift).toEqual([]);
    const described = {
      ...inputs,
      ...wished({ settings: { name: "test-vm", cores: "2", description: "x" } }),
    };
    await vm.update(id, outs, described);
    expect(cluster.told).toEqual(["create /nodes/wittgenstein/qemu/100/config description=x"]);
  });

  it("is no other guest because its node, its name or anything else in the file changes", async () => {
    const { vm, id, outs } = await made();
    expect(
      await vm.diff(id, outs, wished({ node: "frege", initial: {}, startsItself: true })),
    ).toMatchObject({ changes: false });
    for (const changes of [
      { name: "renamed", settings: { name: "renamed", cores: "2" } },
      { vmid: 101 },
      { cards: { net0: { bridge: "vmbr1", tag: "16" } } },
      { mayRestart: true },
    ]) {
      expect(await vm.diff(id, outs, wished(changes))).toMatchObject({
        changes: true,
        replaces: [],
      });
    }
  });

  it("keeps what the file does not name", async () => {
    const { vm, id, outs, guest, cluster } = await made();
    Object.assign(guest.settings, {
      cpu: "host",
      agent: "1",
      net3: "virtio=BC:24:11:00:00:01,bridge=vmbr9",
    });
    guest.settings.net0 = "virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1,queues=4";
    expect((await vm.read(id, outs)).props.drift).toEqual([]);
    await vm.update(id, outs, wished({ cards: { net0: { bridge: "vmbr0", tag: "16" } } }));
    expect(cluster.told).toEqual([
      "create /nodes/russell/qemu/100/config net0=virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1,queues=4,tag=16",
    ]);
  });

  it("is given back to the file as soon as it is gone", async () => {
    const { vm, id, outs, cluster } = await made();
    cluster.guests.clear();
    expect((await vm.read(id, outs)).props).toEqual({});
  });

  it("is not taken for gone when its file was not read", async () => {
    const { vm, id, outs, cluster } = await made();
    cluster.silent = true;
    await expect(vm.read(id, outs)).rejects.toThrow(/no route to host/);
  });
});

describe("a guest that somebody made by hand", () => {
  const byHand = {
    node: "wittgenstein",
    running: true,
    settings: {
      name: "test-vm",
      cores: "2",
      memory: "2048",
      cpu: "host",
      scsi0: "nfs-vms:100/vm-100-disk-0.qcow2,iothread=1,size=40G",
      net0: "virtio=BC:24:11:11:11:11,bridge=vmbr0,firewall=1",
    },
  };

  it("is taken over as it is, which the preview says", async () => {
    const { cluster, vm, said } = serve();
    cluster.put(100, byHand);
    expect(reasons(await vm.check({}, wished()))).toBe("");
    expect(said.at(-1)).toContain(": on the cluster already, and as wanted");
    await vm.create(wished());
    expect(cluster.told).toEqual([]);
  });

  it("is refused with each difference where it is another one, unless adopted", async () => {
    const { cluster, vm } = serve();
    cluster.put(100, { ...byHand, running: false, settings: { ...byHand.settings, cores: "8" } });
    expect(reasons(await vm.check({}, wished()))).toMatch(/cores: 8 -> 2.*adopt: true/);
    await expect(vm.create(wished())).rejects.toThrow(/cores: 8 -> 2/);
    expect(cluster.told).toEqual([]);
    await vm.create(wished({ adopt: true }));
    expect(cluster.guests.get(100)?.settings.cores).toBe("2");
  });

  it("is no virtual machine when it is a container", async () => {
    const { cluster, vm } = serve();
    cluster.put(100, { type: "lxc", settings: { hostname: "x" } });
    expect(reasons(await vm.check({}, wished({ adopt: true })))).toMatch(
      /kind: container -> vm.*another id/,
    );
  });
});

describe("a change that only a restart brings into effect", () => {
  const more = { worded: { memory: { current: "4096" } } };

  it("is refused while the guest runs and nobody allowed one, in the preview already", async () => {
    const { vm, inputs, outs, id, cluster } = await made();
    const refusal = /memory: current 2048 -> current 4096.*restart\.test-vm.*restart: allowed/;
    expect(reasons(await vm.check(inputs, wished(more)))).toMatch(refusal);
    await expect(vm.update(id, outs, wished(more))).rejects.toThrow(refusal);
    expect(cluster.told).toEqual([]);
  });

  it.each([
    ["restart: allowed", { ...more, mayRestart: true }],
    ["a consent", { ...more, consent: { "restart.test-vm": "2026-06-02" } }],
  ])("is made with a restart by %s", async (_by, changes) => {
    const { vm, inputs, outs, id, cluster, said, guest } = await made();
    expect(reasons(await vm.check(inputs, wished(changes)))).toBe("");
    expect(said.at(-1)).toMatch(/test-vm \(vm:100\) is restarted .*memory/);
    await vm.update(id, outs, wished(changes));
    expect(cluster.told).toEqual([
      "create /nodes/russell/qemu/100/config memory=4096",
      "create /nodes/russell/qemu/100/status/reboot timeout=180",
    ]);
    expect(guest).toMatchObject({ pending: {}, settings: { memory: "4096" } });
  });

  it("is not allowed by a consent whose day is over", async () => {
    const { vm, inputs } = await made();
    const late = { ...more, consent: { "restart.test-vm": "2026-05-31" } };
    expect(reasons(await vm.check(inputs, wished(late)))).toMatch(
      /the consent to a restart ended on 2026-05-31/,
    );
  });

  it("needs none while the guest is off", async () => {
    const { vm, outs, id, cluster, guest } = await made();
    guest.running = false;
    await vm.update(id, outs, wished(more));
    expect(cluster.told).toEqual(["create /nodes/russell/qemu/100/config memory=4096"]);
  });

  it("is gone on with by the next run where a run was cut before the restart", async () => {
    const { vm, outs, id, cluster, guest } = await made();
    guest.pending.memory = "4096";
    await expect(vm.update(id, outs, wished(more))).rejects.toThrow(
      /running: before memory -> restarted/,
    );
    await vm.update(id, outs, wished({ ...more, mayRestart: true }));
    expect(cluster.told).toEqual(["create /nodes/russell/qemu/100/status/reboot timeout=180"]);
  });

  it("is not asked for by a description, a tag, a card or another disk", async () => {
    const { vm, outs, id, cluster, guest } = await made();
    await vm.update(
      id,
      outs,
      wished({
        settings: { name: "test-vm", cores: "2", description: "a: note\nof two lines" },
        tags: ["lab"],
        cards: { net0: { bridge: "vmbr0", tag: "16" }, net1: { bridge: "vmbr0", tag: "" } },
        disks: [
          { slot: "scsi0", storage: "nfs-vms", gib: 64, words: {}, initial: {} },
          { slot: "scsi1", storage: "nfs-vms", gib: 8, words: {}, initial: { discard: "on" } },
        ],
      }),
    );
    expect(cluster.told.map((one) => one.split(" ")[1])).toEqual([
      "/nodes/russell/qemu/100/config",
      "/nodes/russell/qemu/100/resize",
    ]);
    expect(guest.settings.scsi0).toContain("size=64G");
    expect(guest.settings.description).toBe("a: note\nof two lines");
  });
});

describe("disks", () => {
  const disk = (changes: object) => ({
    disks: [{ slot: "scsi0", storage: "nfs-vms", gib: 32, words: {}, initial: {}, ...changes }],
  });

  it("never shrink, which is refused without asking anybody", async () => {
    const { vm, inputs, cluster } = await made();
    const looks = cluster.looks;
    expect(reasons(await vm.check(inputs, wished(disk({ gib: 16 }))))).toMatch(
      /a disk only grows.*scsi0 smaller, from 32 to 16 GiB/,
    );
    expect(cluster.looks).toBe(looks);
  });

  it("that somebody has grown by hand are as wanted", async () => {
    const { vm, id, outs, guest } = await made();
    guest.settings.scsi0 = "nfs-vms:100/vm-100-disk-0.raw,size=40G";
    expect((await vm.read(id, outs)).props.drift).toEqual([]);
  });

  it("that leave the file stay in the guest, and the list is not read as another one", async () => {
    const two = [
      { slot: "scsi0", storage: "nfs-vms", gib: 32, words: {}, initial: {} },
      { slot: "scsi1", storage: "nfs-vms", gib: 64, words: {}, initial: {} },
    ];
    const { vm, inputs, id, outs, guest } = await made({ disks: two });
    const one = wished({ disks: [{ ...two[1], slot: "scsi0" }] });
    expect(reasons(await vm.check(inputs, one))).toMatch(
      /scsi1: .*not in the file.*qm set 100 --delete scsi1/,
    );
    delete guest.settings.scsi0;
    await vm.update(id, outs, wished({ disks: [two[1]] }));
  });
});

describe("a guest that leaves the file", () => {
  const list = (guests: object, consent: object = {}): JsonObject =>
    toStruct({ cluster: "ms01", guests, consent });

  it("is refused without a consent that names it, and without a look at any host", async () => {
    const { roster, cluster } = await made();
    const before = list({ "test-vm": "vm:100", other: "vm:101" });
    expect(reasons(await roster.check(before, list({ other: "vm:101" })))).toMatch(
      /no longer has test-vm \(vm:100\).*consent: \{"guest\.test-vm": .*backups of it stay/,
    );
    expect(
      reasons(
        await roster.check(before, list({ other: "vm:101" }, { "guest.other": "2026-06-02" })),
      ),
    ).not.toBe("");
    expect(reasons(await roster.check(before, list({ renamed: "vm:100", other: "vm:101" })))).toBe(
      "",
    );
    expect(cluster.told).toEqual([]);
  });

  it("is stopped and removed with its disks by that consent, and goes once", async () => {
    const { roster, vm, id, outs, cluster } = await made();
    const consent = { "guest.test-vm": "2026-06-02" };
    expect(reasons(await roster.check(list({ "test-vm": "vm:100" }), list({}, consent)))).toBe("");
    await vm.delete(id, outs);
    expect(cluster.told).toEqual([
      "create /nodes/russell/qemu/100/status/shutdown timeout=180 forceStop=1",
      "delete /nodes/russell/qemu/100 purge=1",
    ]);
    expect(cluster.guests.size).toBe(0);
    await vm.delete(id, outs);
    expect(cluster.told).toHaveLength(2);
  });

  it("is only forgotten by a destroy of the stack, and its disks stay", async () => {
    const { vm, id, outs, cluster, said } = await made();
    await vm.delete(id, outs);
    expect(cluster.told).toEqual([]);
    expect(cluster.guests.has(100)).toBe(true);
    expect(said.at(-1)).toMatch(
      /test-vm \(vm:100\) stays on russell as it is; it is only forgotten/,
    );
    await vm.create(wished());
    expect(cluster.told).toEqual([]);
  });
});

describe("a guest that is being made or moved", () => {
  it("is waited for, and is a failure when nobody ends it", async () => {
    const { cluster, vm } = serve();
    cluster.put(100, { settings: { lock: "create" } });
    await expect(vm.create(wished())).rejects.toThrow(/locked \(create\).*qm unlock 100/);
    expect(cluster.told).toEqual([]);
  });

  it("costs no look when nothing in the file has changed", async () => {
    const { vm, inputs, cluster } = await made();
    const looks = cluster.looks;
    expect(reasons(await vm.check(inputs, wished({ node: "frege" })))).toBe("");
    expect(cluster.looks).toBe(looks);
  });
});
