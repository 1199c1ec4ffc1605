import { describe, expect, it } from "vitest";
import type { FoundDisk } from "../../../../dynamic-providers/pveceph/disks.js";
import { chosenDisk } from "../../../../dynamic-providers/pveceph/osds/schema.js";
import { toldDisk } from "../../../../dynamic-providers/pveceph/osds/told-disks.js";

const named = (name: string) => ({
  path: `/dev/disk/by-id/${name}`,
  model: "DATA",
  serial: name,
  sizeBytes: 2e12,
});
const found = (name: string, more: Partial<FoundDisk> = {}): FoundDisk => ({
  device: `/dev/${name}`,
  names: [`/dev/disk/by-id/${name}`],
  paths: [],
  model: "DATA",
  serial: name,
  sizeBytes: 2e12,
  rotational: false,
  ...more,
});
const told = (more: object, there: readonly FoundDisk[] = [found("a")]): string =>
  toldDisk(chosenDisk.parse({ ...named("a"), class: "ssd", encrypted: false, ...more }), there);

describe("a disk that the stack file means, as the preview tells it", () => {
  it("has its lasting name, what it is, and what is on it", () => {
    expect(told({})).toBe("/dev/disk/by-id/a (DATA, serial a, 2.0 TB, blank)");
    expect(told({}, [found("a", { osd: 4 })])).toMatch(/osd\.4\)$/);
    expect(told({ model: "", serial: "" })).toContain("(no model, serial unknown, 2.0 TB, blank)");
  });

  it("says what is wiped from it by consent", () => {
    const wipe = { what: "ext4", digest: "1" };
    expect(told({ wipe }, [found("a", { used: "ext4" })])).toMatch(/ext4, which is wiped\)$/);
  });

  it("says whatever is wished beyond one whole disk", () => {
    const db = { ...named("db"), sizeBytes: 4e11, slotBytes: 6e10 };
    expect(told({ perDevice: 2, encrypted: true, db }, [found("a"), found("db")])).toBe(
      "/dev/disk/by-id/a (DATA, serial a, 2.0 TB, blank); 2 OSDs on it; encrypted; its DB on 60 GB of /dev/disk/by-id/db (DATA, serial db, 400 GB, blank)",
    );
    expect(told({ path: "/dev/disk/by-id/a-part4", partitionBytes: 18e11 })).toBe(
      "/dev/disk/by-id/a-part4 (DATA, serial a, 2.0 TB, blank); a partition of 1.8 TB",
    );
  });
});
