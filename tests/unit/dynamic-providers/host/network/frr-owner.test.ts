import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  FRR_CLAIMS_SCRIPT,
  type FrrOwner,
  parseFrrClaims,
  refuseOtherOwner,
} from "../../../../../dynamic-providers/host/network/frr-owner.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** What a host with these files says; the script runs as it is, on a tree of its own. */
function claimsOf(files: Readonly<Record<string, string>>, mounted = true) {
  const root = mkdtempSync(path.join(tmpdir(), "frr-owner-"));
  folders.push(root);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  const script = FRR_CLAIMS_SCRIPT.replaceAll("/etc/", `${root}/etc/`);
  const mountpoint = `mountpoint() { ${mounted ? "true" : "false"}; }`;
  return parseFrrClaims(
    execFileSync("sh", ["-c", `${mountpoint}\n${script}`], { encoding: "utf8", stdio: "pipe" }),
  );
}

const FABRIC = {
  "/etc/pve/sdn/fabrics.cfg": [
    "openfabric_fabric: ring",
    "\tip_prefix 10.0.0.80/28",
    "",
    "openfabric_node: ring_pve1",
    "",
  ].join("\n"),
};
const ROUTER = { "/etc/frr/frr.conf": "hostname pve1\nrouter openfabric 1\n net 49\nexit\n" };
const LOCAL = { "/etc/frr/frr.conf.local": "router openfabric 1\n" };
const frr: FrrOwner = { owner: "frr", major: 9 };
const fabric: FrrOwner = { owner: "sdn-fabric", major: 9 };

describe("the owner of FRR's configuration", () => {
  it.each([
    ["files of this program on a fresh host", frr, {}],
    ["files of this program that are there already", frr, ROUTER],
    ["a fabric on a fresh host", fabric, {}],
    ["a fabric whose routers Proxmox has written", fabric, { ...FABRIC, ...ROUTER }],
    ["files of this program beside frr.conf.local on 8", { owner: "frr", major: 8 }, LOCAL],
  ] as const)("may be %s", (_what, wanted, files) => {
    expect(() => refuseOtherOwner(wanted, claimsOf(files), "pve1")).not.toThrow();
  });

  it.each([
    ["SDN has fabrics", frr, FABRIC, /SDN owns FRR here \(openfabric_fabric ring\)/],
    [
      "SDN has a controller",
      frr,
      { "/etc/pve/sdn/controllers.cfg": "evpn: evpn1\n\tasn 65000\n" },
      /SDN owns FRR here \(evpn evpn1\)/,
    ],
    ["frr.conf.local calls SDN on 9", frr, LOCAL, /the mere file/],
    ["a router was written by hand", fabric, ROUTER, /already has router openfabric 1/],
  ] as const)("is refused when %s", (_what, wanted, files, reason) => {
    expect(() => refuseOtherOwner(wanted, claimsOf(files), "pve1")).toThrow(reason);
    expect(() => refuseOtherOwner(wanted, claimsOf(files), "pve1")).toThrow(
      /refused, nothing was changed/,
    );
  });

  it("is not known where /etc/pve is not mounted, and nobody is taken for absent", () => {
    for (const wanted of [frr, fabric]) {
      expect(() => refuseOtherOwner(wanted, claimsOf({}, false), "pve1")).toThrow(
        /pve1.*could not be read: .*\/etc\/pve, which is not mounted.*start pve-cluster/,
      );
    }
  });
});
