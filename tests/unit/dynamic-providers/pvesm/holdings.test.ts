import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  holdingsScript,
  lookAtHoldings,
  parseHoldings,
  together,
} from "../../../../dynamic-providers/pvesm/holdings.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "holdings-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script with a pvesm of the test's own. */
function run(storages: readonly string[], pvesm: string): string {
  const file = path.join(folder, "pvesm");
  writeFileSync(file, `#!/bin/sh\n${pvesm}\n`);
  chmodSync(file, 0o755);
  return execFileSync("bash", [], {
    input: holdingsScript(storages),
    encoding: "utf8",
    env: { SHLVL: "1", PATH: `${folder}:${process.env.PATH ?? ""}` },
  });
}

describe("what a storage holds", () => {
  it("is read from the list of its volumes", () => {
    const output = run(
      ["nfs-vms", "empty"],
      `test "$2" = nfs-vms && printf 'Volid Format Type Size VMID\\nnfs-vms:100/vm-100-disk-0.qcow2 qcow2 images 1024 100\\n'; exit 0`,
    );
    expect(parseHoldings("nfs-vms", "frege", output)).toEqual({
      volumes: ["nfs-vms:100/vm-100-disk-0.qcow2"],
      guests: [],
      unseen: [],
    });
    expect(parseHoldings("empty", "frege", output)).toEqual({
      volumes: [],
      guests: [],
      unseen: [],
    });
  });

  it("is not known where the node cannot list it", () => {
    const output = run(["nfs-vms"], `echo "storage 'nfs-vms' is not online" >&2; exit 255`);
    expect(parseHoldings("nfs-vms", "frege", output).unseen).toEqual([
      "frege: storage 'nfs-vms' is not online",
    ]);
  });

  it("is nothing where the cluster has no such storage", () => {
    const output = run(["gone"], `echo "storage 'gone' does not exist" >&2; exit 2`);
    expect(parseHoldings("gone", "frege", output)).toEqual({ volumes: [], guests: [], unseen: [] });
  });

  it("names guests by the node that has their configuration", () => {
    const output = [
      "@@storage nfs-vms",
      "@@status 0",
      "@@guests",
      "/etc/pve/nodes/frege/qemu-server/100.conf",
      "/etc/pve/nodes/russell/lxc/200.conf",
    ].join("\n");
    expect(parseHoldings("nfs-vms", "frege", output).guests).toEqual([
      "100 on frege",
      "200 on russell",
    ]);
  });

  it("is not known where the node cannot be asked at all", async () => {
    const seen = await lookAtHoldings(["nfs-vms"], {
      node: "frege",
      run: () => Promise.reject(new Error("no route to host")),
    });
    expect(seen.get("nfs-vms")?.unseen).toEqual(["frege: no route to host"]);
  });

  it("is named once when several nodes see it", () => {
    const one = { volumes: ["s:a"], guests: ["100 on frege"], unseen: [] };
    expect(together([one, { ...one, unseen: ["russell: no answer"] }])).toEqual({
      volumes: ["s:a"],
      guests: ["100 on frege"],
      unseen: ["russell: no answer"],
    });
  });
});
