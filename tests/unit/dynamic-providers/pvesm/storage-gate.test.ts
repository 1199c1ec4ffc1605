import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  parseStorageViews,
  storageComplaint,
  storageGateScript,
} from "../../../../dynamic-providers/pvesm/storage-gate.js";

const complaint = (output: string): string | undefined => {
  const [view] = parseStorageViews(["nfs-vms"], output);
  return view && storageComplaint("frege", view);
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
      "nfs-vms|inactive 0 0|not-a-directory|storage 'nfs-vms' is not online",
      /inactive \(storage 'nfs-vms' is not online\)/,
    ],
    ["not writable", "nfs-vms|active 1 1|failed|", /cannot write and read/],
    ["unknown to the node", "", /as unknown/],
  ])("is reported when %s", (_what, output, words) => {
    expect(complaint(output)).toMatch(words);
  });

  it("is asked for by a script that a shell accepts", () => {
    expect(() =>
      execFileSync("sh", ["-n"], { input: storageGateScript(["nfs-vms", "nfs-isos"], "n1") }),
    ).not.toThrow();
  });
});
