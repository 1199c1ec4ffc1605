import { describe, expect, it } from "vitest";
import { chooseDisks } from "../../../../dynamic-providers/pveceph/choose-disks.js";
import { DISKS, type FoundDisk, foundDisks } from "../../../../dynamic-providers/pveceph/disks.js";
import type { DiskRule } from "../../../../dynamic-providers/pveceph/osds/schema.js";
import { OSDS, ownOsds } from "../../../../dynamic-providers/pveceph/own-osds.js";

const disk = (name: string, more: Partial<FoundDisk> = {}): FoundDisk => ({
  device: `/dev/${name}`,
  names: [`/dev/disk/by-id/nvme-${name}`],
  paths: [],
  rotational: false,
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
const use = { class: "nvme", encrypted: false } as const;
const byModel = { by: "select", model: "MICRON_7450*", ...use } as const;
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
        ...use,
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
        new RegExp(`^the rule for ${count} disks? "MICRON_7450\\*" of 7.7 TB means 2 there`),
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
      [disk("nvme1n1", { used: "LVM", osd: 4, encrypted: false })],
    );
    expect(against).toEqual([]);
    expect(disks).toHaveLength(1);
  });

  it("gives a disk to one rule only, and keeps the name that the file has for it", () => {
    const other = "/dev/disk/by-id/wwn-0x1";
    const named = disk("nvme1n1", { names: ["/dev/disk/by-id/nvme-nvme1n1", other] });
    const { against, disks } = chooseDisks(
      [
        { by: "name", path: other, ...use },
        { ...byModel, count: 1 },
      ],
      [named, disk("nvme2n1")],
    );
    expect(against).toEqual([]);
    expect(disks.map(({ path }) => path)).toEqual([other, "/dev/disk/by-id/nvme-nvme2n1"]);
  });

  it("says which disks there are instead of one that is named and missing", () => {
    const path = "/dev/disk/by-id/nvme-gone";
    expect(chooseDisks([{ by: "name", path, ...use }], [disk("nvme1n1")]).against).toEqual([
      `there is no ${path}; the disks there are /dev/nvme1n1 (MICRON_7450_MTFDKCC7T6, serial S-nvme1n1, 7.7 TB, blank)`,
    ]);
  });

  it("takes none that only has a name which moves", () => {
    const { against } = chooseDisks([{ ...byModel, count: 1 }], [disk("nvme1n1", { names: [] })]);
    expect(against[0]).toContain("has no name below /dev/disk/by-id");
  });
});

describe("a rule", () => {
  const turning = disk("sda", {
    model: "WDC_WD80",
    sizeBytes: 8_001_563_222_016,
    rotational: true,
    paths: ["/dev/disk/by-path/pci-0000:00:17.0-ata-1"],
  });
  const small = disk("nvme0n1", { sizeBytes: 2_000_398_934_016 });
  const large = disk("nvme1n1", { sizeBytes: 4_000_787_030_016 });
  const all = [turning, small, large];

  it.each<[string, Partial<DiskRule & { by: "select" }>, readonly FoundDisk[]]>([
    ["a serial number", { serial: "S-sd*" }, [turning]],
    ["a place", { path: "/dev/disk/by-path/pci-0000:00:17*" }, [turning]],
    ["a name", { path: "/dev/disk/by-id/nvme-nvme1*" }, [large]],
    ["disks that turn", { rotational: true }, [turning]],
    ["disks that do not turn", { rotational: false }, [small, large]],
    ["a smallest size", { atLeastBytes: 3e12 }, [turning, large]],
    ["a range", { atLeastBytes: 3e12, atMostBytes: 5e12 }, [large]],
    ["a largest size and a model", { atMostBytes: 5e12, model: "micron*" }, [small, large]],
  ])("means disks by %s", (_what, rule, meant) => {
    const { against, disks } = chooseDisks(
      [{ by: "select", count: meant.length, ...use, ...rule }],
      all,
    );
    expect(against).toEqual([]);
    expect(disks.map(({ serial }) => serial)).toEqual(meant.map(({ serial }) => serial));
  });

  it("that means another number is told with all that it asks for", () => {
    const rule = { by: "select", count: 2, ...use, serial: "S-*", rotational: false } as const;
    const { against } = chooseDisks([{ ...rule, atLeastBytes: 3e12, atMostBytes: 5e12 }], all);
    expect(against[0]).toContain(
      'the rule for 2 disks "*" with the serial "S-*" that do not turn from 3.0 TB up to 5.0 TB means 1 there',
    );
  });

  it("for encrypted OSDs takes none over that is not", () => {
    const { against } = chooseDisks(
      [{ by: "select", count: 1, class: "nvme", encrypted: true, atMostBytes: 3e12 }],
      [disk("nvme0n1", { ...small, used: "LVM", osd: 4, encrypted: false })],
    );
    expect(against[0]).toContain("osd.4 on /dev/nvme0n1 is not encrypted");
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

  it("may not be emptied where the host may live on them", () => {
    const found = foundDisks(
      read(
        JSON.stringify([
          { devpath: "/dev/sda", size: 9, used: "partitions" },
          { devpath: "/dev/sda1", size: 1, parent: "/dev/sda", used: "BIOS boot" },
          { devpath: "/dev/sda2", size: 1, parent: "/dev/sda", used: "ext4" },
          { devpath: "/dev/sdb", size: 9, used: "partitions" },
          { devpath: "/dev/sdb1", size: 1, parent: "/dev/sdb", used: "ext4", mounted: 1 },
          { devpath: "/dev/sdc", size: 9, used: "ZFS" },
          { devpath: "/dev/sdd", size: 9, used: "partitions" },
          { devpath: "/dev/sdd1", size: 1, parent: "/dev/sdd", used: "ntfs" },
          { devpath: "/dev/sde", size: 9, used: "LVM", osdid: 7 },
        ]),
      ),
      [],
      [],
    );
    expect(found.map(({ device, pinned }) => [device, pinned])).toEqual([
      ["/dev/sda", "/dev/sda1 holds BIOS boot"],
      ["/dev/sdb", "/dev/sdb1 is mounted"],
      ["/dev/sdc", "/dev/sdc holds ZFS"],
      ["/dev/sdd", undefined],
      ["/dev/sde", undefined],
    ]);
    expect(found[0]?.used).toBe("partitions with BIOS boot, ext4");
  });
});

describe("the OSDs of a host", () => {
  const osd = (id: number, more: object = {}) => ({
    osd: id,
    uuid: `u${id}`,
    up: 1,
    in: 1,
    ...more,
  });
  const said = (nodes: object[], osds: object[]) =>
    `adele\n\n${JSON.stringify({ nodes })}\n\n${JSON.stringify({ osds, pools: [{ size: 2 }, { size: 3, pool_name: "fast", crush_rule: 4 }] })}\n\n${JSON.stringify(RULES)}`;
  const RULES = [
    { rule_id: 0, steps: [{ op: "take", item_name: "default" }] },
    {
      rule_id: 4,
      steps: [{ op: "set_chooseleaf_tries" }, { op: "take", item_name: "default~nvme" }],
    },
  ];

  it("are those that Ceph knows there", () => {
    const nodes = [
      { id: -3, name: "adele", type: "host", children: [1, 0] },
      { id: -5, name: "berta", type: "host", children: [2] },
      { id: 0, name: "osd.0", type: "osd", device_class: "nvme" },
      { id: 1, name: "osd.1", type: "osd" },
    ];
    const text = said(nodes, [osd(0), osd(1, { up: 0, state: ["destroyed", "exists"] }), osd(2)]);
    const seen = OSDS.read({ status: 0, text, errors: "" });
    expect(seen.mostCopies).toBe(3);
    expect(ownOsds(seen)).toEqual([
      {
        id: 0,
        host: "adele",
        uuid: "u0",
        up: true,
        in: true,
        destroyed: false,
        neverStarted: false,
        deviceClass: "nvme",
      },
      {
        id: 1,
        host: "adele",
        uuid: "u1",
        up: false,
        in: true,
        destroyed: true,
        neverStarted: false,
        deviceClass: "",
      },
    ]);
    expect(seen.pools.at(-1)).toEqual({ name: "fast", boundTo: "nvme" });
  });

  it.each([
    ["before there is a Ceph", ""],
    ["on a host without any", said([{ id: -1, name: "default", type: "root" }], [osd(4)])],
  ])("are none %s", (_when, text) => {
    expect(ownOsds(OSDS.read({ status: 0, text, errors: "" }))).toEqual([]);
  });
});
