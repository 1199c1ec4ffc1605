import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataOn, type ForecastInputs, forecast } from "../../../../config/plan/ceph-forecast.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "./stacks.js";

describe("data on hosts of which each holds one copy at most", () => {
  it.each<[string, readonly number[], number, number]>([
    ["three equal hosts and three copies", [12, 12, 12], 3, 12],
    ["the smallest of as many hosts as copies", [8, 6, 4], 3, 4],
    ["equal hosts that are more than the copies", [10, 10, 10, 10], 2, 20],
    ["a host too few", [10, 10], 3, 0],
  ])("is what fits on %s", (_what, hosts, copies, data) => {
    expect(dataOn(hosts, copies)).toBeCloseTo(data, 3);
  });

  it("is less on uneven hosts than the sum promises, because small ones are drawn more often than their share", () => {
    expect(dataOn([12, 6, 6, 6], 3)).toBeLessThan(9.5);
    expect(dataOn([12, 6, 6, 6], 3)).toBeGreaterThan(6.5);
  });

  it("never is more than the copies leave, nor than all hosts but the largest have for the other copies", () => {
    const cluster = fc.record({
      hosts: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 }),
      copies: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(cluster, ({ hosts, copies }) => {
        const data = dataOn(hosts, copies);
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
    expect(Math.abs(dataOn(hosts, copies) / data - 1)).toBeLessThan(0.03);
  });
});

describe("what a section means", () => {
  const of = (more: Partial<ForecastInputs>) =>
    forecast({ osds: [], pools: [], filesystems: [], memoryBytes: {}, ...more });
  const osds = (sizes: readonly (number | undefined)[]) =>
    ["adele", "berta", "clara"].flatMap((node) =>
      sizes.map((sizeBytes) => ({ node, ...(sizeBytes === undefined ? {} : { sizeBytes }) })),
    );

  it("is not guessed where the file does not tell the size of each disk", () => {
    expect(of({ osds: osds([2e12, undefined]), pools: [{ size: 3 }] }).room).toBeUndefined();
  });

  it("counts each host, the copies of the pool that needs most, and the placement groups of all", () => {
    const seen = of({
      osds: osds([2e12, 4e12]),
      pools: [{ size: 3, pgs: 64 }, { size: 2, pgs: 32 }, { size: 3 }],
      filesystems: [{ pgs: 32 }],
    });
    expect(seen.room).toMatchObject({ raw: 18e12, copies: 3, withoutLargest: undefined });
    expect(seen.room?.nearFull).toBeCloseTo(0.85 * 6e12, -9);
    expect(seen.groupsPerOsd).toBe(Math.round((64 * 3 + 32 * 2 + 40 * 3) / 6));
  });

  it("tells when Ceph warns, where the file names a growth", () => {
    const some = { osds: osds([6e12]), pools: [{ size: 3 }] };
    expect(of(some).monthsUntilNearFull).toBeUndefined();
    expect(of({ ...some, growthBytes: 0.5e12 }).monthsUntilNearFull).toBe(10);
    expect(of({ pools: [{ size: 3 }], growthBytes: 1 }).monthsUntilNearFull).toBeUndefined();
  });

  it("of pve1 is what its document should have said: 78 TB before Ceph warns, and not 90", () => {
    const { ceph } = planCluster(specOf("pve1"));
    const room = ceph === undefined ? undefined : forecast(ceph).room;
    expect(room).toMatchObject({ copies: 3, withoutLargest: undefined });
    expect(room?.raw).toBeCloseTo(36 * 7.68e12, -9);
    expect(room?.nearFull).toBeCloseTo(78.336e12, -9);
  });
});
