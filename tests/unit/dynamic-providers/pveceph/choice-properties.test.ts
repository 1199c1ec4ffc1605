import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseDisks } from "../../../../dynamic-providers/pveceph/choose-disks.js";
import type { FoundDisk } from "../../../../dynamic-providers/pveceph/disks.js";
import { fits } from "../../../../dynamic-providers/pveceph/meant-disks.js";
import { decide } from "../../../../dynamic-providers/pveceph/osds/decision.js";
import {
  type CephOsdsInputs,
  cephOsdsInputs,
  type DiskRule,
} from "../../../../dynamic-providers/pveceph/osds/schema.js";
import type { SeenOsds } from "../../../../dynamic-providers/pveceph/own-osds.js";
import { FREGE } from "../../../support/connection.js";

const TODAY = "2026-11-30";
const sizes = fc.constantFrom(1e12, 2e12, 4e12, 8e12);

/** Disks of one host; some hold something, some an OSD of ours. */
const disks = fc
  .array(
    fc.record({
      model: fc.constantFrom("DATA", "BOOT"),
      sizeBytes: sizes,
      rotational: fc.boolean(),
      content: fc.constantFrom("blank", "blank", "osd", "osd", "ext4", "pinned", "foreign"),
      named: fc.constantFrom(true, true, true, true, true, true, false),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ content, named, ...disk }, at): FoundDisk => {
      const name = `nvme${at}n1`;
      return {
        ...disk,
        device: `/dev/${name}`,
        names: named ? [`/dev/disk/by-id/${name}`] : [],
        paths: [],
        serial: name,
        digest: `digest of ${content}`,
        ...(content === "blank" ? {} : { used: content === "osd" ? "LVM" : content }),
        ...(content === "pinned" ? { pinned: "it is mounted" } : {}),
        ...(content === "foreign" ? { foreignOsd: 40 + at } : {}),
        ...(content === "osd" ? { osd: at, encrypted: false } : {}),
      };
    }),
  );

const rules = fc.array(
  fc
    .record(
      {
        model: fc.constantFrom("*", "DATA", "BOOT"),
        rotational: fc.boolean(),
        atLeastBytes: sizes,
        atMostBytes: sizes,
        count: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: ["count"] },
    )
    .map((rule): DiskRule => ({ by: "select", class: "ssd", encrypted: false, ...rule })),
  { minLength: 1, maxLength: 3 },
);

/** As a person counts who has looked at the disks, and sometimes miscounts. */
function countedOn(found: readonly FoundDisk[], all: readonly DiskRule[], off: number): DiskRule[] {
  const taken = new Set<FoundDisk>();
  return all.flatMap((rule) => {
    const meant = found.filter((disk) => fits(rule, disk) && !taken.has(disk));
    for (const disk of meant) {
      taken.add(disk);
    }
    const count = meant.length + off;
    return rule.by === "name" || count < 1 ? [] : [{ ...rule, count }];
  });
}
const situation = fc
  .tuple(rules, rules, disks, fc.constantFrom(0, 0, 0, 0, 1, -1))
  .map(([first, second, found, off]) => ({
    found,
    wanted: countedOn(found, first, off),
    other: countedOn(found, second, 0),
  }))
  .filter(({ wanted, other }) => wanted.length > 0 && other.length > 0);

const inputsOf = (rulesOf: readonly DiskRule[], more: object = {}): CephOsdsInputs =>
  cephOsdsInputs.parse({
    connection: FREGE,
    rules: rulesOf,
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
    ...more,
  });
const seenOf = (found: readonly FoundDisk[]): SeenOsds => ({
  host: "frege",
  mostCopies: 1,
  pools: [],
  osds: [...found.flatMap(({ osd }) => osd ?? []), 90].map((id) => ({
    id,
    host: id === 90 ? "other" : "frege",
    uuid: `u${id}`,
    up: true,
    in: true,
    destroyed: false,
    neverStarted: false,
  })),
});
const counted = (all: readonly DiskRule[]): number =>
  all.reduce((sum, rule) => sum + (rule.by === "name" ? 1 : rule.count), 0);
const on = (found: readonly FoundDisk[], path: string): FoundDisk | undefined =>
  found.find(({ names }) => names.includes(path));

describe("a choice that nothing speaks against", () => {
  it("takes as many disks as the rules count, each once and by its lasting name, and none with anything on it", () => {
    let accepted = 0;
    fc.assert(
      fc.property(situation, ({ wanted, found }) => {
        const choice = chooseDisks(wanted, found);
        if (choice.against.length > 0) {
          return;
        }
        accepted += 1;
        const paths = choice.disks.map(({ path }) => path);
        expect(new Set(paths).size).toBe(counted(wanted));
        for (const path of paths) {
          const disk = on(found, path);
          expect(disk !== undefined && (disk.used === undefined || disk.osd !== undefined)).toBe(
            true,
          );
        }
      }),
      { numRuns: 800 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it("wipes no disk that nobody named, that the host may live on, or that holds an OSD of ours", () => {
    let wiped = 0;
    fc.assert(
      fc.property(situation, fc.nat(7), ({ wanted, found }, which) => {
        const named = `nvme${which}n1`;
        const inputs = inputsOf(wanted, { consent: { [`wipe.frege.${named}`]: TODAY } });
        const { against, disks: chosen } = decide(
          undefined,
          inputs,
          { found, seen: seenOf(found) },
          TODAY,
        );
        for (const { path, serial, wipe } of against.length > 0 ? [] : chosen) {
          if (wipe !== undefined) {
            wiped += 1;
            expect(serial).toBe(named);
            expect(on(found, path)).toMatchObject({ used: wipe.what, digest: wipe.digest });
            expect(on(found, path)).not.toHaveProperty("pinned");
            expect(on(found, path)).not.toHaveProperty("osd");
          }
        }
      }),
      { numRuns: 800 },
    );
    expect(wiped).toBeGreaterThan(5);
  });
});

describe("disks that were chosen", () => {
  it("stay chosen whatever is put in later, and no OSD leaves without consent", () => {
    let accepted = 0;
    fc.assert(
      fc.property(situation, disks, ({ wanted, found }, later) => {
        const first = decide(undefined, inputsOf(wanted), { found, seen: seenOf(found) }, TODAY);
        if (first.against.length > 0) {
          return;
        }
        accepted += 1;
        const more = later.map((disk, at) => ({
          ...disk,
          device: `/dev/sd${at}`,
          names: [`/dev/disk/by-id/sd${at}`],
          serial: `sd${at}`,
        }));
        const now = [...more.filter(({ osd }) => osd === undefined), ...found];
        const before = inputsOf(wanted, { disks: first.disks });
        // A consent that is about nobody here makes a run look again.
        const again = decide(
          before,
          inputsOf(wanted, { consent: { "osd.77": TODAY } }),
          { found: now, seen: seenOf(now) },
          TODAY,
        );
        expect(again.disks).toEqual(first.disks);
        expect(again.leaving).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it("are dropped by other rules only where no OSD lies on them, or one that may leave", () => {
    let dropped = 0;
    fc.assert(
      fc.property(situation, fc.nat(7), ({ wanted: earlier, other: wanted, found }, leaver) => {
        const first = decide(undefined, inputsOf(earlier), { found, seen: seenOf(found) }, TODAY);
        const decision = decide(
          inputsOf(earlier, { disks: first.against.length > 0 ? [] : first.disks }),
          inputsOf(wanted, { consent: { [`osd.${leaver}`]: TODAY } }),
          { found, seen: seenOf(found) },
          TODAY,
        );
        if (first.against.length > 0 || decision.against.length > 0) {
          return;
        }
        const kept = decision.disks.map(({ path }) => path);
        for (const { path } of first.disks.filter((disk) => !kept.includes(disk.path))) {
          const osd = on(found, path)?.osd;
          if (osd !== undefined) {
            dropped += 1;
            expect(osd).toBe(leaver);
            expect(decision.leaving).toMatchObject([{ osd: leaver, uuid: `u${leaver}` }]);
          }
        }
      }),
      { numRuns: 800 },
    );
    expect(dropped).toBeGreaterThan(0);
  });
});
