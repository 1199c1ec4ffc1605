import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareLockfiles } from "../../../toolchain/steps/npm-packages.mjs";

const zod = { version: "4.6.7", integrity: "sha512-abc" };
const wanted = { packages: { "": {}, "node_modules/zod": zod } };

describe("node_modules", () => {
  it("is current when every locked package is there", () => {
    expect(compareLockfiles(wanted, wanted).current).toBe(true);
  });

  it("is not current before a complete installation", () => {
    expect(compareLockfiles(wanted, undefined)).toEqual({
      current: false,
      reason: "nothing is installed completely",
    });
  });

  it.each([
    ["another version", { ...zod, version: "4.6.6" }],
    ["other content", { ...zod, integrity: "sha512-def" }],
  ])("is not current with %s", (_what, installed) => {
    const found = compareLockfiles(wanted, { packages: { "node_modules/zod": installed } });
    expect(found).toEqual({ current: false, reason: "zod is not the locked 4.6.7" });
  });

  it("may lack packages of other platforms", () => {
    const android = { version: "1.0.0", optional: true };
    const more = { packages: { ...wanted.packages, "node_modules/x-android": android } };
    expect(compareLockfiles(more, wanted).current).toBe(true);
  });

  it("is current without the link of a workspace, which is a part of the checkout", () => {
    const link = { resolved: "twin", link: true };
    const workspace = { "node_modules/@proxmox-ha/twin": link, twin: { version: "0.1.0" } };
    const more = { packages: { ...wanted.packages, ...workspace } };
    expect(compareLockfiles(more, wanted).current).toBe(true);
  });
});

describe("package-lock.json", () => {
  type Locked = {
    version?: string;
    optionalDependencies?: Record<string, string>;
    resolved?: string;
    link?: boolean;
  };
  const lock: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync("package-lock.json", "utf8"),
  );

  it("has an entry for every optional dependency, or npm ci refuses a fresh clone", () => {
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter(
        (name) => !Object.keys(lock.packages).some((p) => p.endsWith(`node_modules/${name}`)),
      );
    expect(missing).toEqual([]);
  });

  it("names no host that packages come from", () => {
    const named = Object.entries(lock.packages).flatMap(([place, { resolved, link }]) =>
      resolved === undefined ? [] : [[place, resolved, link]],
    );
    // The twin's link says which folder of the checkout it means.
    expect(named).toEqual([["node_modules/@proxmox-ha/twin", "twin", true]]);
  });
});
