import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { blank, HostWithDisks, serveOsds } from "./host-with-disks.js";

const wish = (installation?: number): JsonObject =>
  toStruct({
    connection: { ...FREGE, ...(installation === undefined ? {} : { installation }) },
    rules: [{ by: "select", model: "DATA", count: 2, class: "ssd", encrypted: false }],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
  });
const on = (name: string) => `/dev/disk/by-id/${name}`;

/** A host on which two OSDs were made; then its machine dies, and it is not a member while the preview looks. */
async function died() {
  const host = new HostWithDisks([blank("a"), blank("b")]);
  const served = serveOsds(host);
  const planned = await served.provider.check({}, wish());
  const { id, outs } = await served.provider.create(planned.inputs);
  for (const osd of host.osds.values()) {
    osd.up = 0;
  }
  host.made.length = 0;
  host.joined = false;
  return { host, ...served, inputs: planned.inputs, id, outs };
}

describe("a node that another machine replaces", () => {
  it("has its OSDs started on the disks that came along, which are neither wiped nor made anew", async () => {
    const { host, provider, inputs, id, outs } = await died();
    const again = await provider.check(inputs, wish(2));
    expect(again.failures).toEqual([]);
    host.joined = true;
    const { outs: after } = await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["activate 0", "activate 1"]);
    expect(host.made).toEqual([]);
    expect(after).toMatchObject({ osds: { [on("a")]: 0, [on("b")]: 1 } });
    const third = await provider.check(again.inputs, wish(2));
    expect(await provider.diff(id, after, third.inputs)).toMatchObject({ changes: false });
  });

  it("gives the numbers of the lost OSDs to its own disks, which need no further consent", async () => {
    const { host, provider, inputs, id, outs } = await died();
    host.pull("a");
    host.pull("b");
    host.disks.push(blank("c"), blank("d"));
    const again = await provider.check(inputs, wish(2));
    expect(again.failures).toEqual([]);
    host.joined = true;
    const { outs: after } = await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["destroy 0", "destroy 1", "remake 0 on c", "remake 1 on d"]);
    expect(after).toMatchObject({ osds: { [on("c")]: 0, [on("d")]: 1 } });
  });

  it("waits until they are up there, because each has its place from the start", async () => {
    const { host, provider, inputs, id, outs } = await died();
    host.pull("a");
    host.pull("b");
    host.disks.push(blank("c"), blank("d"));
    host.upAfter = 3;
    const again = await provider.check(inputs, wish(2));
    host.joined = true;
    await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["destroy 0", "destroy 1", "remake 0 on c", "remake 1 on d"]);
  });

  it("does both where one disk came along and the other did not", async () => {
    const { host, provider, inputs, id, outs } = await died();
    host.pull("a");
    host.disks.push(blank("c"));
    const again = await provider.check(inputs, wish(2));
    expect(again.failures).toEqual([]);
    host.joined = true;
    const { outs: after } = await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["destroy 0", "remake 0 on c", "activate 1"]);
    expect(after).toMatchObject({ osds: { [on("b")]: 1, [on("c")]: 0 } });
  });

  it.each(["osd destroy", "lvm create", "lvm activate"])(
    "goes on where a run was cut before `%s`",
    async (cut) => {
      const { host, provider, inputs, id, outs } = await died();
      host.pull("a");
      host.disks.push(blank("c"));
      const again = await provider.check(inputs, wish(2));
      host.joined = true;
      host.cutBefore = cut;
      await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(/connection lost/);
      const once = await provider.check(inputs, wish(2));
      expect(once.failures).toEqual([]);
      await provider.update(id, outs, once.inputs);
      expect(host.done).toEqual(["destroy 0", "remake 0 on c", "activate 1"]);
    },
  );

  it("takes no disk on which something else lies", async () => {
    const { host, provider, inputs } = await died();
    host.pull("a");
    host.disks.push({ ...blank("c"), used: "ext4" });
    const again = await provider.check(inputs, wish(2));
    expect(again.failures[0]?.reason).toMatch(/\/dev\/c .*is in use: ext4/);
  });

  it("waits while placement groups do not serve, and gives up nothing", async () => {
    const { host, provider, inputs, id, outs } = await died();
    host.pull("a");
    host.disks.push(blank("c"));
    host.states = ["down"];
    host.safe = false;
    const again = await provider.check(inputs, wish(2));
    host.joined = true;
    await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(/8 down/);
    expect(host.done).toEqual([]);
  });
});
