import { describe, expect, it } from "vitest";
import { NOTHING_HELD } from "../../../../dynamic-providers/pvesm/holdings.js";
import { refusedRemoval } from "../../../../dynamic-providers/pvesm/removal.js";

const now = Date.parse("2026-11-21T12:00:00Z");
const storage = { id: "nfs-vms", place: "nfs 10.203.3.99:/volume1/vms" };
const disk = "nfs-vms:100/vm-100-disk-0.qcow2";

describe("a storage that is to go", () => {
  it("goes when it holds nothing", () => {
    expect(refusedRemoval(storage, NOTHING_HELD, {}, now)).toBeUndefined();
  });

  it("stays with volumes, which are named, and says how to consent", () => {
    const refused = refusedRemoval(storage, { ...NOTHING_HELD, volumes: [disk] }, {}, now);
    expect(refused?.message).toContain(disk);
    expect(refused?.message).toContain('consent: {"storage.nfs-vms": <last day, as 2026-11-21>}');
    expect(refused?.message).toContain("nothing was changed");
  });

  it("goes with volumes by a consent, until its last day", () => {
    const held = { ...NOTHING_HELD, volumes: [disk] };
    expect(refusedRemoval(storage, held, { "storage.nfs-vms": "2026-11-21" }, now)).toBeUndefined();
    expect(
      refusedRemoval(storage, held, { "storage.nfs-vms": "2026-11-20" }, now)?.message,
    ).toContain("the consent for it ended on 2026-11-20");
  });

  it("stays while guests use it, whatever the consent", () => {
    const held = { volumes: [disk], guests: ["100 on frege"], unseen: [] };
    const refused = refusedRemoval(storage, held, { "storage.nfs-vms": "2026-12-01" }, now);
    expect(refused?.message).toContain("100 on frege");
    expect(refused?.message).toContain(disk);
    expect(refused?.message).toContain("No consent overrides this");
  });

  it("stays when nobody can see what it holds, unless consented", () => {
    const held = { ...NOTHING_HELD, unseen: ["frege: no answer within 25 s"] };
    expect(refusedRemoval(storage, held, {}, now)?.message).toContain("no answer within 25 s");
    expect(refusedRemoval(storage, held, { "storage.nfs-vms": "2026-12-01" }, now)).toBeUndefined();
  });

  it("tells that a move is a removal", () => {
    const held = { ...NOTHING_HELD, volumes: [disk] };
    const moved = { ...storage, becomes: "nfs 10.203.3.98:/volume1/vms" };
    expect(refusedRemoval(moved, held, {}, now)?.message).toMatch(
      /from nfs 10\.203\.3\.99:\/volume1\/vms to nfs 10\.203\.3\.98/,
    );
  });

  it("of Ceph is not moved to another pool in one run, whatever the consent", () => {
    const moved = { id: "disks", place: "rbd old", becomes: "rbd new" };
    const consent = { "storage.disks": "2026-12-01" };
    expect(refusedRemoval(moved, NOTHING_HELD, consent, now)?.message).toMatch(
      /a storage of Ceph stays with its pool .*leave it out .*"storage\.disks"/s,
    );
  });

  it("names a handful of many volumes", () => {
    const volumes = Array.from({ length: 20 }, (_, at) => `s:${at}`);
    const words = refusedRemoval(storage, { ...NOTHING_HELD, volumes }, {}, now)?.message;
    expect(words).toContain("it holds 20 volumes");
    expect(words).toContain("and 8 more");
  });
});
