import { describe, expect, it } from "vitest";
import { container } from "../../../../dynamic-providers/guest/container/provider.js";
import { virtualMachine } from "../../../../dynamic-providers/guest/vm/provider.js";
import type { JsonObject } from "../../../../dynamic-providers/kit/struct.js";
import { FakeGuests, runtimeOf, wished } from "./fake-guests.js";

const box = (changes: Readonly<Record<string, unknown>> = {}): JsonObject =>
  wished({
    kind: "container",
    vmid: 112,
    name: "box",
    settings: { hostname: "box", cores: "1", memory: "512" },
    worded: { features: { nesting: "1" } },
    disks: [{ slot: "rootfs", storage: "nfs-vms", gib: 4, words: {}, initial: {} }],
    cards: { net0: { bridge: "vmbr0", tag: "", ip: "10.203.3.50/24" } },
    initial: { ostemplate: "nfs-isos:vztmpl/debian.tar.zst", unprivileged: "1" },
    initialCards: { net0: { name: "eth0" } },
    consents: { removal: "guest.box", restart: "restart.box" },
    ...changes,
  });

async function made() {
  const cluster = new FakeGuests();
  const { runtime, said } = runtimeOf(cluster);
  const served = container.serve(runtime);
  const { id, outs } = await served.create(box());
  const guest = cluster.guests.get(112);
  if (guest === undefined) {
    throw new Error("the container was not made");
  }
  guest.running = true;
  return { cluster, said, served, id, outs, guest };
}

const reasons = ({
  failures,
}: {
  readonly failures: readonly { readonly reason: string }[];
}): string => failures.map(({ reason }) => reason).join("\n");

describe("a container of the file", () => {
  it("is made by one call from its template, and the next look finds nothing to do", async () => {
    const { cluster, served, id, outs, guest } = await made();
    expect(cluster.told).toHaveLength(1);
    expect(cluster.told[0]).toMatch(
      /^create \/nodes\/russell\/lxc vmid=112 ostemplate=nfs-isos:vztmpl\/debian\.tar\.zst /,
    );
    expect(guest).toMatchObject({ type: "lxc", settings: { unprivileged: "1", memory: "512" } });
    expect(outs).toMatchObject({ sid: "ct:112" });
    expect((await served.read(id, outs)).props.drift).toEqual([]);
    guest.node = "frege";
    expect((await served.read(id, outs)).props.drift).toEqual([]);
  });

  it("gets memory and a larger root while it runs", async () => {
    const { cluster, served, id, outs } = await made();
    cluster.told.length = 0;
    const settings = { hostname: "box", cores: "2", memory: "1024" };
    const disks = [{ slot: "rootfs", storage: "nfs-vms", gib: 6, words: {}, initial: {} }];
    await served.update(id, outs, box({ settings, disks }));
    expect(cluster.told).toEqual([
      "set /nodes/russell/lxc/112/config cores=2 memory=1024",
      "set /nodes/russell/lxc/112/resize disk=rootfs size=6G",
    ]);
  });

  it("is not restarted for its features without a consent", async () => {
    const { served } = await made();
    const wanted = box({ worded: { features: { nesting: "1", keyctl: "1" } } });
    expect(reasons(await served.check(box(), wanted))).toMatch(/restart\.box/);
  });

  it("stays as privileged as it was made, which is said", async () => {
    const { served } = await made();
    const settings = { hostname: "box", cores: "1", memory: "512", unprivileged: "0" };
    expect(reasons(await served.check(box(), box({ settings })))).toMatch(
      /unprivileged[\s\S]*Who owns the files/,
    );
  });

  it("is refused where a machine has its id", async () => {
    const cluster = new FakeGuests();
    cluster.put(112);
    const served = container.serve(runtimeOf(cluster).runtime);
    expect(reasons(await served.check({}, box()))).toMatch(/Write another id/);
  });

  it("waits with what its own section of its file says", async () => {
    const { served, id, outs, guest } = await made();
    guest.pending = { features: "nesting=0" };
    expect((await served.read(id, outs)).props.drift).not.toEqual([]);
  });
});

describe("the state of a virtual machine", () => {
  it("of version 1, which knew no other kind, is no difference", async () => {
    const { runtime } = runtimeOf(new FakeGuests());
    const vm = virtualMachine.serve(runtime);
    const { id, outs } = await vm.create(wished());
    const { kind: _kind, ...before } = outs;
    expect(await vm.diff(id, { ...before, schemaVersion: 1 }, wished())).toMatchObject({
      changes: false,
      replaces: [],
    });
  });
});
