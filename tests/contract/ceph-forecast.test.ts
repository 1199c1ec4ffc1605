/**
 * Programs that are part of Ceph (`crushtool`, `osdmaptool`) judge what a section of the file is said to mean: the same code maps
 * placement groups to disks there as in monitors and OSDs, and the same one evens them out as in managers.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecast, NEAR_FULL } from "../../config/plan/ceph-forecast.js";
import { CrushMap, type MappedDisk, type MappedRule } from "../support/crush-map.js";

const UNIT = 1e12;

interface Cluster {
  readonly disks: readonly MappedDisk[];
  readonly rule: MappedRule;
  readonly pgs: number;
}

const classes = ["nvme", "hdd"] as const;

/** Each rack has as many hosts as every other, each host as many disks; their sizes differ up to fourfold. */
const cluster: fc.Arbitrary<Cluster> = fc
  .record({
    racks: fc.integer({ min: 3, max: 5 }),
    hostsInRack: fc.integer({ min: 1, max: 2 }),
    disksOnHost: fc.integer({ min: 1, max: 4 }),
    sizes: fc.array(fc.constantFrom(2, 3, 4, 8), { minLength: 1, maxLength: 40 }),
    failureDomain: fc.constantFrom("host", "rack"),
    bound: fc.constantFrom("nvme", undefined),
    parts: fc.integer({ min: 2, max: 3 }),
    pgs: fc.constantFrom(64, 128, 256, 512),
  })
  .map(({ racks, hostsInRack, disksOnHost, sizes, failureDomain, bound, parts, pgs }) => ({
    disks: Array.from({ length: racks * hostsInRack * disksOnHost }, (_, at) => {
      const host = Math.floor(at / disksOnHost);
      return {
        host: `host-${host}`,
        rack: `rack-${host % racks}`,
        class: bound === undefined || at % disksOnHost === 0 ? "nvme" : "hdd",
        size: sizes[at % sizes.length] ?? 2,
      };
    }),
    rule: {
      failureDomain,
      kind: "replicated",
      parts,
      ...(bound === undefined ? {} : { class: bound }),
    },
    pgs,
  }));

function foreseen({ disks, rule, pgs }: Cluster) {
  const { failureDomain, parts, class: bound } = rule;
  return forecast({
    osds: disks.map((disk) => ({
      node: disk.host,
      rule: { class: classes.find((one) => one === disk.class) ?? "ssd" },
      sizeBytes: disk.size * UNIT,
    })),
    locations: [...new Map(disks.map(({ host, rack }) => [host, { node: host, rack }])).values()],
    layouts: [
      {
        pool: "judged",
        failureDomain,
        parts,
        data: 1,
        pgs,
        grows: false,
        ...(bound === undefined ? {} : { class: classes[0] }),
      },
    ],
    memoryBytes: {},
  });
}

/** The same cases in each run, so that one that fails fails again. */
const SEED = 20_261;

function withMap(one: Cluster, judge: (map: CrushMap) => void): void {
  const map = new CrushMap(one.disks, one.rule, one.pgs);
  try {
    judge(map);
  } finally {
    map.remove();
  }
}

function expectApart({ disks, rule }: Cluster, groups: readonly (readonly number[])[]): void {
  for (const osds of groups) {
    const lying = osds.map((osd) => disks[osd]);
    expect(new Set(lying.map((disk) => disk?.[rule.failureDomain])).size).toBe(rule.parts);
    if (rule.class !== undefined) {
      expect(new Set(lying.map((disk) => disk?.class))).toEqual(new Set([rule.class]));
    }
  }
}

function carried({ disks }: Cluster, groups: readonly (readonly number[])[]): number[] {
  const counts = disks.map(() => 0);
  for (const osd of groups.flat()) {
    counts[osd] = (counts[osd] ?? 0) + 1;
  }
  return counts;
}

describe("a pool on disks and hosts of any sizes, as Ceph's own programs lay it out", () => {
  it("has each copy in another host or rack, and as many placement groups on an OSD as was said", () => {
    fc.assert(
      fc.property(cluster, (one) => {
        withMap(one, (map) => {
          const groups = map.groups();
          expectApart(one, groups);
          const counts = carried(one, groups).filter(
            (_, at) => one.rule.class === undefined || one.disks[at]?.class === one.rule.class,
          );
          const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
          expect(Math.round(average)).toBe(foreseen(one).groupsPerOsd);
        });
      }),
      { numRuns: 10, seed: SEED },
    );
  });

  it("has room for all that was said before the fullest OSD is at 85 %, once Ceph has evened it out", () => {
    fc.assert(
      fc.property(cluster, (one) => {
        withMap(one, (map) => {
          map.balance();
          const groups = map.groups();
          expectApart(one, groups);
          const full = carried(one, groups).map(
            (count, at) => ((one.disks[at]?.size ?? 0) * UNIT * one.pgs) / count,
          );
          const [room] = foreseen(one).rooms;
          expect(room?.nearFull).toBeGreaterThan(0);
          expect(room?.nearFull).toBeLessThanOrEqual(NEAR_FULL * Math.min(...full));
        });
      }),
      { numRuns: 25, seed: SEED },
    );
  }, 240_000);

  it("would not, if all disks filled alike: two of them in three hosts never do", () => {
    const disks = ["adele", "berta", "clara"].flatMap((host) =>
      [2, 4].map((size) => ({ host, rack: "north", class: "nvme", size })),
    );
    const rule = { failureDomain: "host", kind: "replicated", parts: 3 } as const;
    const one: Cluster = { disks, rule, pgs: 64 };
    withMap(one, (map) => {
      map.balance();
      const full = carried(one, map.groups()).map(
        (count, at) => ((disks[at]?.size ?? 0) * UNIT * one.pgs) / count,
      );
      const [room] = foreseen(one).rooms;
      expect(room?.alike).toBeGreaterThan(NEAR_FULL * Math.min(...full));
      expect(room?.nearFull).toBeLessThanOrEqual(NEAR_FULL * Math.min(...full));
    });
  });

  it("of an erasure code has each part in another host or rack", () => {
    const coded = fc.tuple(cluster, fc.constantFrom(3, 4)).map(([one, parts]) => ({
      ...one,
      rule: { ...one.rule, kind: "erasure" as const, parts },
    }));
    const wide = coded.filter(
      ({ disks, rule }) =>
        new Set(disks.map((disk) => disk[rule.failureDomain])).size >= rule.parts,
    );
    fc.assert(
      fc.property(wide, (one) => {
        withMap(one, (map) => {
          expectApart(one, map.tried(one.rule.parts));
        });
      }),
      { numRuns: 10, seed: SEED },
    );
  });
});
