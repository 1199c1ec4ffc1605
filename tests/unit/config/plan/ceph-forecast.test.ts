import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  evenDataOn,
  type ForecastInputs,
  forecast,
} from "../../../../config/plan/ceph-forecast.js";
import type { CephLayout } from "../../../../config/plan/ceph-layouts.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "./stacks.js";

describe("data on hosts of which each holds one copy at most", () => {
  it.each<[string, readonly number[], number, number]>([
    ["three equal hosts and three copies", [12, 12, 12], 3, 12],
    ["the smallest of as many hosts as copies", [8, 6, 4], 3, 4],
    ["equal hosts that are more than the copies", [10, 10, 10, 10], 2, 20],
    ["a host too few", [10, 10], 3, 0],
  ])("is what fits on %s", (_what, hosts, copies, data) => {
    expect(evenDataOn(hosts, copies)).toBeCloseTo(data, 3);
  });

  it("is less on uneven hosts than the sum promises, because small ones are drawn more often than their share", () => {
    expect(evenDataOn([12, 6, 6, 6], 3)).toBeLessThan(9.5);
    expect(evenDataOn([12, 6, 6, 6], 3)).toBeGreaterThan(6.5);
  });

  it("never is more than the copies leave, nor than all hosts but the largest have for the other copies", () => {
    const cluster = fc.record({
      hosts: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 }),
      copies: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(cluster, ({ hosts, copies }) => {
        const data = evenDataOn(hosts, copies);
        const all = hosts.reduce((sum, bytes) => sum + bytes, 0);
        expect(data * copies).toBeLessThanOrEqual(all * 1.001);
        if (hosts.length >= copies && copies > 1) {
          expect(data * (copies - 1)).toBeLessThanOrEqual((all - Math.max(...hosts)) * 1.001);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("is what many draws by weight come to", () => {
    const hosts = [9, 5, 4, 2];
    const copies = 2;
    // The same draws in each run.
    let state = 7;
    const random = () => {
      state = Math.imul(state, 1_664_525) + 1_013_904_223;
      const mixed = Math.imul(state ^ (state >>> 15), 2_246_822_519);
      return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32 || Number.MIN_VALUE;
    };
    const counts = hosts.map(() => 0);
    const draws = 40_000;
    for (let draw = 0; draw < draws; draw += 1) {
      const times = hosts.map((bytes, at) => ({ at, time: -Math.log(random()) / bytes }));
      for (const { at } of times.toSorted((a, b) => a.time - b.time).slice(0, copies)) {
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
    const data = Math.min(...hosts.map((bytes, at) => bytes / ((counts[at] ?? 0) / draws)));
    expect(Math.abs(evenDataOn(hosts, copies) / data - 1)).toBeLessThan(0.03);
  });
});

describe("what a section means", () => {
  const of = (more: Partial<ForecastInputs>) =>
    forecast({ osds: [], layouts: [], locations: [], memoryBytes: {}, ...more });
  const osds = (sizes: readonly (number | undefined)[], kind: "nvme" | "hdd" = "nvme") =>
    ["adele", "berta", "clara"].flatMap((node) =>
      sizes.map((sizeBytes) => ({
        node,
        rule: { class: kind },
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
      })),
    );
  const pool = (more: Partial<CephLayout> = {}): CephLayout => ({
    pool: "vm-disks",
    failureDomain: "host",
    parts: 3,
    data: 1,
    pgs: 64,
    grows: false,
    ...more,
  });

  it("is not guessed where the file does not tell the size of each disk", () => {
    expect(of({ osds: osds([2e12, undefined]), layouts: [pool()] }).rooms).toEqual([]);
  });

  it("goes by the fullest disk: it may have eight placement groups more than its share", () => {
    const seen = of({ osds: osds([2e12, 2e12]), layouts: [pool()] });
    expect(seen.rooms).toMatchObject([{ raw: 12e12, withoutLargest: undefined }]);
    expect(seen.rooms[0]?.alike).toBeCloseTo(0.85 * 4e12, -9);
    expect(seen.rooms[0]?.nearFull).toBeCloseTo((0.85 * 4e12 * 32) / (32 + 8), -9);
  });

  it("counts with the placement groups that Ceph adds, where it may", () => {
    const few = of({ osds: osds([2e12, 2e12]), layouts: [pool({ pgs: 8 })] });
    const grown = of({ osds: osds([2e12, 2e12]), layouts: [pool({ pgs: 8, grows: true })] });
    expect(few.rooms[0]?.nearFull).toBeCloseTo((0.85 * 4e12 * 4) / (4 + 8), -9);
    expect(grown.rooms[0]?.nearFull).toBeCloseTo((0.85 * 4e12 * 33) / (33 + 8), -9);
  });

  it("is told for each class that a pool is bound to, and without the copies of an erasure code", () => {
    const seen = of({
      osds: [...osds([1e12]), ...osds([8e12], "hdd")],
      layouts: [pool({ class: "nvme" }), pool({ pool: "archive", class: "hdd", data: 2, pgs: 32 })],
      growthBytes: 1e12,
    });
    expect(seen.rooms.map(({ class: one, raw }) => [one, raw])).toEqual([
      ["nvme", 3e12],
      ["hdd", 24e12],
    ]);
    expect(seen.rooms[1]?.alike).toBeCloseTo(0.85 * 16e12, -9);
    expect(seen.monthsUntilNearFull).toBeUndefined();
    expect(seen.groupsPerOsd).toBe(64);
  });

  it("counts a rack as one place where copies lie in different ones", () => {
    const locations = [
      { node: "adele", rack: "north" },
      { node: "berta", rack: "north" },
      { node: "clara", rack: "south" },
    ];
    const seen = of({
      osds: osds([2e12]),
      locations,
      layouts: [pool({ failureDomain: "rack", parts: 2, pgs: 32768 })],
    });
    expect(seen.rooms[0]?.alike).toBeCloseTo(0.85 * 2e12, -9);
    expect(seen.rooms[0]?.withoutLargest).toBeCloseTo(0.85 * 2e12, -9);
  });

  it("is the pool's of which least fits, and counts the placement groups of all", () => {
    const seen = of({
      osds: osds([2e12, 4e12]),
      layouts: [pool({ parts: 2 }), pool({ pgs: 32 }), pool({ pgs: 128 })],
    });
    expect(seen.rooms[0]?.layout).toMatchObject({ parts: 3 });
    expect(seen.groupsPerOsd).toBe(Math.round((64 * 2 + 32 * 3 + 128 * 3) / 6));
  });

  it("tells when Ceph warns, where the file names a growth", () => {
    const some = { osds: osds([6e12]), layouts: [pool({ pgs: 32768 })] };
    expect(of(some).monthsUntilNearFull).toBeUndefined();
    expect(of({ ...some, growthBytes: 0.5e12 }).monthsUntilNearFull).toBe(10);
    expect(of({ layouts: [pool()], growthBytes: 1 }).monthsUntilNearFull).toBeUndefined();
  });

  it("of pve1 is what its document should have said: 78 TB at the very best, and not 90", () => {
    const { ceph } = planCluster(specOf("pve1"));
    const [room] = ceph === undefined ? [] : forecast(ceph).rooms;
    expect(room).toMatchObject({ layout: { parts: 3 }, withoutLargest: undefined });
    expect(room?.raw).toBeCloseTo(36 * 7.68e12, -9);
    expect(room?.alike).toBeCloseTo(78.336e12, -9);
    expect(room?.nearFull).toBeCloseTo((78.336e12 * 33) / 41, -9);
  });
});
