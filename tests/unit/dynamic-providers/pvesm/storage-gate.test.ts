import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reasons } from "../../../../dynamic-providers/health/condition.js";
import { storageUsable } from "../../../../dynamic-providers/health/storages.js";
import {
  parseStorageViews,
  storageGateScript,
  type TriedStorage,
} from "../../../../dynamic-providers/pvesm/storage-gate.js";

const complaint = (output: string): string | undefined => {
  const [view] = parseStorageViews(["nfs-vms"], output);
  return view && reasons([storageUsable("frege", view)])[0];
};

describe("a storage as a node sees it", () => {
  it("is good when active and a file could be written and read", () => {
    expect(complaint("nfs-vms|active 1000 10|good|")).toBeUndefined();
    expect(parseStorageViews(["nfs-vms"], "nfs-vms|active 1000 10|good|")[0]).toMatchObject({
      totalBytes: 1_024_000,
      usedBytes: 10_240,
    });
  });

  it.each([
    [
      "inactive",
      "nfs-vms|inactive 0 0|not-tried|storage 'nfs-vms' is not online",
      /inactive \(storage 'nfs-vms' is not online\)/,
    ],
    ["not writable", "nfs-vms|active 1 1|failed|", /cannot write there/],
    ["unknown to the node", "", /as unknown/],
  ])("is reported when %s", (_what, output, words) => {
    expect(complaint(output)).toMatch(words);
  });

  it("is reported with what the attempt said", () => {
    expect(complaint("nfs-vms|active 1 1|failed|Read-only file system")).toMatch(
      /read it back \(Read-only file system\)/,
    );
  });

  it("is asked for by a script that a shell accepts", () => {
    const storages = [
      { id: "nfs-vms", directory: "/mnt/pve/nfs-vms" },
      { id: "tank", volume: true },
      { id: "pbs-pve1" },
    ];
    expect(() =>
      execFileSync("sh", ["-n"], { input: storageGateScript(storages, "n1") }),
    ).not.toThrow();
  });
});

describe("the probe of a storage", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "storage-gate-"));
    // Volumes are files here, as they are on a storage without a directory in the twin.
    const pvesm = `#!/bin/bash
case "$1" in
  status) printf 'Name Type Status Total Used Available %%\\n%s x active 1000 10 990 1%%\\n' "$3" ;;
  path) echo "${folder}/\${2#*:}" ;;
  alloc) test -e ${folder}/full && { echo "no space left" >&2; exit 1; }; truncate -s 4M "${folder}/$4" ;;
  free) rm "${folder}/\${2#*:}" ;;
esac
`;
    writeFileSync(path.join(folder, "pvesm"), pvesm, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const probe = (storage: TriedStorage) => {
    const output = execFileSync("bash", ["-c", storageGateScript([storage], "n0nce")], {
      encoding: "utf8",
      env: { SHLVL: "1", PATH: `${folder}:${process.env.PATH ?? ""}` },
    });
    return parseStorageViews([storage.id], output)[0];
  };

  it("is a file where files fit in, and leaves none", () => {
    expect(probe({ id: "nfs", directory: folder })?.probe).toBe("good");
    expect(readdirSync(folder)).toEqual(["pvesm"]);
    expect(probe({ id: "nfs", directory: "/proc" })?.probe).toBe("failed");
  });

  it("is a volume where only volumes fit in, also after one that was cut, and leaves none", () => {
    expect(probe({ id: "tank", volume: true })?.probe).toBe("good");
    expect(probe({ id: "tank", volume: true })?.probe).toBe("good");
    expect(readdirSync(folder)).toEqual(["pvesm"]);
    writeFileSync(path.join(folder, "full"), "");
    expect(probe({ id: "tank", volume: true })).toMatchObject({
      probe: "failed",
      said: "no space left",
    });
  });

  it("is left to Proxmox where nothing small fits in", () => {
    expect(probe({ id: "pbs" })).toMatchObject({ state: "active", probe: "not-tried" });
  });
});
