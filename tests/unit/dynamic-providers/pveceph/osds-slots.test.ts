import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { SOON } from "../../../support/days.js";
import { blank, type Disk, HostWithDisks, serveOsds as serve } from "./host-with-disks.js";
import { mended, pullCarrier } from "./host-with-slots.js";

const GIB = 2 ** 30;
const by = (name: string) => `/dev/disk/by-id/${name}`;
const data = (name: string): Disk => ({ ...blank(name), size: 1000 * GIB });
const fast = (name: string, gib = 200): Disk => ({ ...blank(name), size: gib * GIB });
const wish = (
  { count = 2, carriers = 1, slot = 60 * GIB, db = {} }: Record<string, unknown> = {},
  more: object = {},
): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [
      {
        ...{ by: "select", serial: "disk*", count, class: "hdd", encrypted: false },
        db: { by: "select", serial: "fast*", count: carriers, slotBytes: slot, ...Object(db) },
      },
    ],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
    ...more,
  });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();
async function made(host: HostWithDisks, wanted: JsonObject) {
  const planned = await serve(host).provider.check({}, wanted);
  expect(problem(planned)).toBe("");
  return { planned: planned.inputs, ...(await serve(host).provider.create(planned.inputs)) };
}

describe("databases of OSDs on other disks", () => {
  it("are spread evenly over the disks that are meant, in slots of the size that was asked for", async () => {
    const host = new HostWithDisks([
      ...["disk1", "disk2", "disk3", "disk4"].map(data),
      ...["fast1", "fast2"].map((name) => fast(name)),
    ]);
    const wanted = wish({ count: 4, carriers: 2 });
    const { planned, id, outs } = await made(host, wanted);
    expect(planned).toMatchObject({
      disks: ["fast1", "fast2", "fast1", "fast2"].map((name, at) => ({
        path: by(`disk${at + 1}`),
        db: { path: by(name), serial: name, slotBytes: 60 * GIB },
      })),
    });
    expect(host.disks.slice(4).map(({ slots }) => slots)).toEqual([
      [0, 2].map((osd) => ({ osd, kind: "db", bytes: 60 * GIB })),
      [1, 3].map((osd) => ({ osd, kind: "db", bytes: 60 * GIB })),
    ]);
    const again = await serve(host).provider.check(planned, wanted);
    expect(await serve(host).provider.diff(id, outs, again.inputs)).toMatchObject({
      changes: false,
    });
    expect((await serve(host).provider.read(id, outs)).props).toMatchObject({ drift: [] });
    // Taken over without a state they are where they were.
    expect((await serve(host).provider.check({}, wanted)).inputs).toMatchObject({
      disks: [{ db: { path: by("fast1") } }, { db: { path: by("fast2") } }, {}, {}],
    });
  });

  it("may have their logs on a still faster disk", async () => {
    const host = new HostWithDisks([data("disk1"), fast("fast1"), fast("log1")]);
    const wanted = wish({ count: 1 });
    const wal = { by: "name", path: by("log1"), slotBytes: 2 * GIB };
    const rules = Array.isArray(wanted.rules) ? wanted.rules : [];
    await made(host, { ...wanted, rules: [{ ...Object(rules[0]), wal }] });
    expect(host.disks.slice(1).map(({ slots }) => slots?.map(({ kind }) => kind))).toEqual([
      ["db"],
      ["wal"],
    ]);
  });

  it.each([
    ["fewer disks than meant", [], {}, "the rule for 1 database disk"],
    [
      "no room for all of them",
      [fast("fast1", 100)],
      {},
      "/dev/fast1 has no room for 2 more slots: they take 129 GB, and 107 GB of its 107 GB are free",
    ],
    ["data on the disk", [{ ...fast("fast1"), used: "ext4" }], {}, "is in use: ext4"],
    ["an OSD on the disk", [{ ...fast("fast1"), used: "LVM", osd: 9 }], {}, "carries osd.9"],
    [
      "volumes of somebody else",
      [{ ...fast("fast1"), used: "LVM", otherVolumes: 2 }],
      {},
      "LVM with 0 parts of OSDs of this host and 2 other volumes",
    ],
    [
      "one disk for both",
      [fast("fast1")],
      { db: { serial: "disk1" } },
      "is meant for the data of an OSD and for parts of others",
    ],
  ])("are refused in the preview for %s", async (_what, carriers, asked, text) => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), ...carriers]);
    const checked = await serve(host).provider.check({}, wish({ ...asked }));
    expect(problem(checked)).toContain(text);
    expect([...host.done, ...host.made]).toEqual([]);
  });

  it("have their disk wiped by the consent that names it, once and before the first of them", async () => {
    const host = new HostWithDisks([
      data("disk1"),
      data("disk2"),
      { ...fast("fast1"), used: "ext4" },
    ]);
    const wanted = wish({}, { consent: { "wipe.frege.fast1": SOON } });
    await made(host, wanted);
    expect(host.done).toEqual(["wipe fast1"]);
    expect(host.disks[2]?.slots).toHaveLength(2);
  });

  it("have a disk wiped by a consent that comes after something was laid on it", async () => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), fast("fast1")]);
    const planned = await serve(host).provider.check({}, wish());
    Object.assign(host.disks[2] ?? {}, { used: "ext4" });
    await expect(serve(host).provider.create(planned.inputs)).rejects.toThrow("is in use: ext4");
    const consented = wish({}, { consent: { "wipe.frege.fast1": SOON } });
    const again = await serve(host).provider.check(planned.inputs, consented);
    expect(problem(again)).toBe("");
    await serve(host).provider.create(again.inputs);
    expect(host.done).toEqual(["wipe fast1"]);
    expect(host.disks[2]?.slots).toHaveLength(2);
  });

  it("are made by the next run where one was cut, in the slots that were chosen", async () => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), fast("fast1")]);
    const planned = await serve(host).provider.check({}, wish());
    host.cutBefore = `--dev ${by("disk2")}`;
    await expect(serve(host).provider.create(planned.inputs)).rejects.toThrow("connection lost");
    expect(host.disks[2]?.slots).toHaveLength(1);
    await serve(host).provider.create(planned.inputs);
    expect(host.disks[2]?.slots?.map(({ osd }) => osd)).toEqual([0, 1]);
  });

  it("give their slot back when their OSD leaves, and its heir takes one", async () => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), fast("fast1", 128)]);
    const { planned, id, outs } = await made(host, wish());
    host.disks.push(data("disk3"));
    host.done.length = 0;
    const consented = wish({}, { consent: { "osd.0": SOON } });
    const again = await serve(host).provider.check(planned, consented);
    expect(problem(again)).toBe("");
    await serve(host).provider.update(id, outs, again.inputs);
    expect(host.done.slice(0, 5)).toEqual([
      "out 0",
      "stop 0",
      "destroy 0",
      "wipe 0",
      "remake 0 on disk3",
    ]);
    expect(host.disks[2]?.slots?.map(({ osd }) => osd)).toEqual([1, 0]);
  });

  it("come along with their OSDs to the machine that takes the place of another", async () => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), fast("fast1")]);
    const { planned, id, outs } = await made(host, wish());
    for (const osd of host.osds.values()) {
      osd.up = 0;
    }
    host.joined = false;
    const other = wish({}, { connection: { ...FREGE, installation: 2 } });
    const again = await serve(host).provider.check(planned, other);
    expect(problem(again)).toBe("");
    expect(again.inputs).toMatchObject({
      disks: [{ db: { path: by("fast1") } }, { db: { path: by("fast1") } }],
    });
    host.joined = true;
    await serve(host).provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["activate 0", "activate 1"]);
  });

  it("take all their OSDs along with their disk, which are named and made anew by consent", async () => {
    const host = new HostWithDisks([data("disk1"), data("disk2"), fast("fast1")]);
    const { planned, id, outs } = await made(host, wish());
    for (const osd of pullCarrier(host.disks, "fast1")) {
      Object.assign(host.osds.get(osd) ?? {}, { up: 0 });
    }
    const { props } = await serve(host).provider.read(id, outs);
    expect(props).toMatchObject({
      announced: [
        expect.stringContaining("is gone, and with it osd.0, osd.1, which had the database there"),
      ],
    });
    host.disks.push(fast("fast2"));
    host.done.length = 0;
    const consented = wish({}, { consent: { "osd.0": SOON, "osd.1": SOON } });
    const again = await serve(host).provider.check(planned, consented);
    expect(problem(again)).toBe("");
    mended();
    await serve(host).provider.update(id, outs, again.inputs);
    expect(host.disks.find(({ name }) => name === "fast2")?.slots?.map(({ osd }) => osd)).toEqual([
      0, 1,
    ]);
  });
});
