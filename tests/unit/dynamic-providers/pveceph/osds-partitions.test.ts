import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { SOON } from "../../../support/days.js";
import { blank, type Disk, HostWithDisks, serveOsds as serve, TABLE } from "./host-with-disks.js";

const TB = 1e12;
const GIB = 2 ** 30;
const wish = (count: number, bytes = 1.8 * TB, more: object = {}): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [
      { by: "select", count, class: "nvme", encrypted: false, ...more, partitionBytes: bytes },
    ],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
  });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();

const data = (name: string): Disk => ({ ...blank(name), size: 2 * TB });
/** Proxmox on its first part, of so many GiB. */
const system = (name: string, gib: number): Disk => ({
  ...data(name),
  parts: [
    { number: 1, size: 1024 ** 2, used: "BIOS boot" },
    { number: 2, size: GIB, used: "EFI" },
    { number: 3, size: (gib - 1) * GIB, used: "LVM" },
  ],
  table: `${TABLE}
   1              34            2047   1007.0 KiB  EF02
   2            2048         2099199   1024.0 MiB  EF00
   3         2099200       ${gib * 2097152}   184.0 GiB   8E00  `,
});

describe("OSDs on partitions", () => {
  it("get one beside the system and one on a blank disk, and are left alone afterwards", async () => {
    const host = new HostWithDisks([system("a", 185), data("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(2));
    expect(problem(planned)).toBe("");
    expect(planned.inputs).toMatchObject({
      disks: [
        { path: "/dev/disk/by-id/a-part4", serial: "a", partitionBytes: 1.8 * TB },
        { path: "/dev/disk/by-id/b-part1", serial: "b" },
      ],
    });
    expect(host.done).toEqual([]);
    const { id, outs } = await provider.create(planned.inputs);
    expect(host.done).toEqual([`divide a at ${185 * 2097152 + 2048}`, "divide b at 0"]);
    expect(host.made).toEqual(["a-part4", "b-part1"]);
    expect(outs).toMatchObject({
      osds: { "/dev/disk/by-id/a-part4": 0, "/dev/disk/by-id/b-part1": 1 },
      announced: [],
    });
    const again = await provider.check(planned.inputs, wish(2));
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("are made on the partition that a cut run has left, and no second one is", async () => {
    const host = new HostWithDisks([system("a", 185)]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    host.cutBefore = "pvesh create";
    await expect(provider.create(planned.inputs)).rejects.toThrow("connection lost");
    expect(host.done).toHaveLength(1);
    const again = await serve(host).provider.check({}, wish(1));
    expect(again.inputs).toMatchObject({ disks: [{ path: "/dev/disk/by-id/a-part4" }] });
    await serve(host).provider.create(again.inputs);
    expect(host.done).toHaveLength(1);
    expect(host.made).toEqual(["a-part4"]);
  });

  it.each([
    [
      "no room beside the system",
      system("a", 200),
      1.8 * TB,
      "/dev/a has no room for a partition of 1.8 TB: of its 2.0 TB 215 GB are taken (partitions with BIOS boot, EFI, LVM), and the largest gap has 1.8 TB",
    ],
    [
      "a disk in use as a whole",
      { ...data("a"), used: "ext4" },
      TB,
      "/dev/a has no partition table and is in use as a whole: ext4",
    ],
    [
      "an old table",
      { ...data("a"), table: "Found invalid GPT and valid MBR; converting MBR to GPT format" },
      TB,
      "only GPT is added to",
    ],
    [
      "an OSD on all of it",
      { ...data("a"), used: "LVM", osd: 0 },
      TB,
      "/dev/a belongs to osd.0 as a whole",
    ],
  ])("are refused in the preview where there is %s", async (_what, disk, bytes, text) => {
    const host = new HostWithDisks([disk]);
    const { provider } = serve(host);
    const said = problem(await provider.check({}, wish(1, bytes)));
    expect(said).toContain(text);
    expect(said).toContain("No disk was touched");
    expect(host.done).toEqual([]);
  });

  it("are taken over where somebody made them by hand, and refused in another size", async () => {
    const made = system("a", 185);
    made.parts?.push({ number: 4, size: 1.8 * TB, used: "LVM", osd: 7 });
    const host = new HostWithDisks([made]);
    const planned = await serve(host).provider.check({}, wish(1));
    expect(planned.inputs).toMatchObject({ disks: [{ path: "/dev/disk/by-id/a-part4" }] });
    await serve(host).provider.create(planned.inputs);
    expect([...host.done, ...host.made]).toEqual([]);
    expect(problem(await serve(host).provider.check({}, wish(1, TB)))).toContain(
      "/dev/ap4 with osd.7 has 1.8 TB, and the stack file says 1.0 TB; no partition is ever resized",
    );
  });

  it("never take the partition of somebody else, however blank it is", async () => {
    const host = new HostWithDisks([system("a", 185)]);
    const planned = await serve(host).provider.check({}, wish(1));
    host.disks[0]?.parts?.push({ number: 4, size: 1.8 * TB });
    await expect(serve(host).provider.create(planned.inputs)).rejects.toThrow(
      "/dev/ap4 is a partition that was not made for an OSD",
    );
    expect([...host.done, ...host.made]).toEqual([]);
  });

  it("leave by consent: the partition stays, marked as unused before the OSD is gone, and the number goes on", async () => {
    const host = new HostWithDisks([data("a"), data("b"), { ...data("k"), used: "LVM", osd: 5 }]);
    const only = (serials: string, count: number) => wish(count, 1.8 * TB, { serial: serials });
    const planned = await serve(host).provider.check({}, only("a", 1));
    const { id, outs } = await serve(host).provider.create(planned.inputs);
    host.done.length = 0;
    const other = { ...only("b", 1), consent: { "osd.0": SOON } };
    const again = await serve(host).provider.check(planned.inputs, other);
    expect(problem(again)).toBe("");
    const { outs: after } = await serve(host).provider.update(id, outs, again.inputs);
    expect(after).toMatchObject({ osds: { "/dev/disk/by-id/b-part1": 0 } });
    expect(host.done).toEqual([
      "out 0",
      "stop 0",
      "destroy 0",
      "retype a",
      "wipe 0",
      "divide b at 0",
      "remake 0 on b",
    ]);
    expect(host.disks[0]?.parts).toEqual([{ number: 1, size: 1.8 * TB }]);
  });
});
