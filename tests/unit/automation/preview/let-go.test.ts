import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { kindOf } from "../../../../automation/engine/steps.js";
import { LET_GO, letGo } from "../../../../automation/preview/let-go.js";
import { typeToken } from "../../../../dynamic-providers/kit/dynamic-resource.js";
import { change, on } from "./changes.js";

const ROOT = path.resolve(__dirname, "..", "..", "..", "..", "dynamic-providers");

describe("a removal that leaves the thing alone", () => {
  it.each([
    [
      "pveceph/Daemon",
      { ...on("node-1"), role: "monitor" },
      "the monitor of node-1 stays; with the consent `monitor.node-1` it is taken away",
    ],
    ["pveceph/Pool", { pool: "vms" }, "the consent `pool.vms` destroys it"],
    ["pveceph/Filesystem", { filesystem: "files" }, "the consent `filesystem.files` destroys them"],
    ["pveceph/CrushRule", { rule: "fast" }, "the CRUSH rule fast stays"],
    ["pveceph/Osds", on("node-1"), "its OSDs stay"],
    [
      "pvesm/Storage",
      { storage: "disks", type: "rbd" },
      "the storage disks and all that lies on it stay, and are no longer looked after; the consent `storage.disks` takes it out of Proxmox while the file has `ceph`",
    ],
    ["pvesm/Storage", { storage: "iso", type: "cephfs" }, "the storage iso and all"],
    // An earlier version may have written it otherwise.
    ["pveceph/Pool", { name: "vms" }, "it stays as it is, and is no longer looked after"],
  ])("of a %s says what stays", (kind, before, text) => {
    expect(letGo(change("remove", kind, { before }))).toContain(text);
  });

  it("is none where it is replaced, or goes indeed", () => {
    expect(letGo(change("replace", "pveceph/Pool", { before: { pool: "vms" } }))).toBeUndefined();
    expect(letGo(change("remove", "guest/Vm"))).toBeUndefined();
    const before = { storage: "backups", type: "pbs" };
    expect(letGo(change("remove", "pvesm/Storage", { before }))).toBeUndefined();
    expect(letGo(change("remove", "pvesm/Storage", { before: {} }))).toBeUndefined();
  });

  it("is told of each kind of Ceph that says so when it is let go", () => {
    const kinds = readdirSync(path.join(ROOT, "pveceph"), { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "provider.ts")
      .filter((file) =>
        /^ {2}forgotten:/m.test(readFileSync(path.join(ROOT, "pveceph", file), "utf8")),
      )
      .map((file) => kindOf(typeToken(path.join("pveceph", path.dirname(file)))));
    expect(kinds.length).toBeGreaterThan(5);
    expect(kinds.filter((kind) => LET_GO[kind] === undefined)).toEqual([]);
  });
});
