import { describe, expect, it } from "vitest";
import { chooseDisks } from "../../../../dynamic-providers/pveceph/choose-disks.js";
import {
  DISKS,
  type FoundDisk,
  foundDisks,
  OWN_OSDS,
} from "../../../../dynamic-providers/pveceph/disks.js";

const disk = (name: string, more: Partial<FoundDisk> = {}): FoundDisk => ({
  device: `/dev/${name}`,
  names: [`/dev/disk/by-id/nvme-${name}`],
  model: "MICRON_7450_MTFDKCC7T6",
  serial: `S-${name}`,
  sizeBytes: 7_681_501_126_656,
  ...more,
});
const boot = disk("nvme0n1", {
  model: "MICRON_7450_MTFDKBA480",
  sizeBytes: 480_103_981_056,
  used: "partitions",
});
const byModel = { by: "model", model: "MICRON_7450*", class: "nvme" } as const;
const LARGE = 7_680_000_000_000;

describe("the choice of disks", () => {
  it("takes exactly as many as the rule names, and remembers what they are", () => {
    const choice = chooseDisks(
      [{ ...byModel, sizeBytes: LARGE, count: 2 }],
      [boot, disk("nvme1n1"), disk("nvme2n1")],
    );
    expect(choice.against).toEqual([]);
    expect(choice.disks).toEqual(
      ["nvme1n1", "nvme2n1"].map((name) => ({
        path: `/dev/disk/by-id/nvme-${name}`,
        model: "MICRON_7450_MTFDKCC7T6",
        serial: `S-${name}`,
        sizeBytes: 7_681_501_126_656,
        class: "nvme",
      })),
    );
  });

  it.each([
    ["more", 1],
    ["fewer", 3],
  ])(
    "refuses a rule that means %s disks than it names, and lists those there are",
    (_how, count) => {
      const { against } = chooseDisks(
        [{ ...byModel, sizeBytes: LARGE, count }],
        [boot, disk("nvme1n1"), disk("nvme2n1")],
      );
      expect(against).toHaveLength(1);
      expect(against[0]).toMatch(
        new RegExp(`^the rule for ${count} disks "MICRON_7450\\*" of 7.7 TB means 2 there`),
      );
      expect(against[0]).toContain(
        "/dev/nvme0n1 (MICRON_7450_MTFDKBA480, serial S-nvme0n1, 480 GB, partitions)",
      );
    },
  );

  it("never takes a system disk, although a rule of its model matches it", () => {
    const { against } = chooseDisks([{ ...byModel, count: 2 }], [boot, disk("nvme1n1")]);
    expect(against).toEqual([
      "/dev/nvme0n1 (MICRON_7450_MTFDKBA480, serial S-nvme0n1, 480 GB, partitions) is in use: partitions",
    ]);
  });

  it("takes a disk over on which an OSD of this Ceph lies already", () => {
    const { against, disks } = chooseDisks(
      [{ ...byModel, count: 1 }],
      [disk("nvme1n1", { used: "LVM", osd: 4 })],
    );
    expect(against).toEqual([]);
    expect(disks).toHaveLength(1);
  });

  it("gives a disk to one rule only, and keeps the name that the file has for it", () => {
    const other = "/dev/disk/by-id/wwn-0x1";
    const named = disk("nvme1n1", { names: ["/dev/disk/by-id/nvme-nvme1n1", other] });
    const { against, disks } = chooseDisks(
      [
        { by: "name", path: other, class: "ssd" },
        { ...byModel, count: 1 },
      ],
      [named, disk("nvme2n1")],
    );
    expect(against).toEqual([]);
    expect(disks.map(({ path }) => path)).toEqual([other, "/dev/disk/by-id/nvme-nvme2n1"]);
  });

  it("says which disks there are instead of one that is named and missing", () => {
    const path = "/dev/disk/by-id/nvme-gone";
    expect(chooseDisks([{ by: "name", path, class: "nvme" }], [disk("nvme1n1")]).against).toEqual([
      `there is no ${path}; the disks there are /dev/nvme1n1 (MICRON_7450_MTFDKCC7T6, serial S-nvme1n1, 7.7 TB, blank)`,
    ]);
  });

  it("takes none that only has a name which moves", () => {
    const { against } = chooseDisks([{ ...byModel, count: 1 }], [disk("nvme1n1", { names: [] })]);
    expect(against[0]).toContain("has no name below /dev/disk/by-id");
  });
});

describe("a host's disks", () => {
  const read = (text: string) => DISKS.read({ status: 0, text, errors: "" });
  const listed = read(
    JSON.stringify([
      { devpath: "/dev/sda", size: "4000000000000", model: " A ", osdid: "-1", used: "ext4" },
      { devpath: "/dev/sdb", size: 1, by_id_link: "/dev/disk/by-id/b", osdid: 3, used: "LVM" },
      { devpath: "/dev/sdc", size: 1, osdid: 5, used: "LVM" },
    ]),
  );

  it("hold an OSD of ours only where Ceph has its number at this host", () => {
    const found = foundDisks(listed, [{ name: "/dev/disk/by-id/x", device: "/dev/sdb" }], [3]);
    expect(found.map(({ osd, used }) => [osd, used])).toEqual([
      [undefined, "ext4"],
      [3, "LVM"],
      [undefined, "data of another Ceph (osd.5)"],
    ]);
    expect(found[0]).toMatchObject({ model: "A", serial: "", sizeBytes: 4_000_000_000_000 });
    expect(found[1]?.names).toEqual(["/dev/disk/by-id/b", "/dev/disk/by-id/x"]);
  });

  it.each([
    ["before there is a Ceph", "", []],
    [
      "on a host with two",
      'adele\n{"nodes":[{"id":-3,"name":"adele","type":"host","children":[1,0]},{"id":-5,"name":"berta","type":"host","children":[2]}]}',
      [1, 0],
    ],
    ["on a host with none", 'clara\n{"nodes":[{"id":-1,"name":"default","type":"root"}]}', []],
  ])("have the OSDs that Ceph knows there: %s", (_where, text, own) => {
    expect(OWN_OSDS.read({ status: 0, text, errors: "" })).toEqual(own);
  });
});
