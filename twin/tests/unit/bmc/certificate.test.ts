import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bmcIdentity, certificateAuthority, fingerprintOf } from "../../../bmc/certificate.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "certificates-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const make = (name: "bmc" | "expired" | "swapped", address = "10.0.0.21") =>
  bmcIdentity(
    certificateAuthority(join(dir, "ca")),
    join(dir, "alpha"),
    name,
    "alpha-bmc",
    address,
  );

describe("a BMC's certificate", () => {
  it("is signed by the twin's authority for the BMC's address, and valid now", () => {
    const authority = new X509Certificate(certificateAuthority(join(dir, "ca")).cert);
    const leaf = new X509Certificate(make("bmc").cert);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(leaf.checkIP("10.0.0.21")).toBe("10.0.0.21");
    expect(leaf.checkIP("10.0.0.22")).toBeUndefined();
    expect(Date.parse(leaf.validTo)).toBeGreaterThan(Date.now());
    expect(Date.parse(leaf.validFrom)).toBeLessThan(Date.now());
  });

  it("names an IPv6 address as well", () => {
    expect(
      new X509Certificate(make("bmc", "fd00:99::15").cert).checkIP("fd00:99::15"),
    ).toBeDefined();
  });

  it("survives a restart, its key readable by root alone", () => {
    expect(make("bmc")).toEqual(make("bmc"));
    expect(statSync(join(dir, "alpha", "bmc.key")).mode & 0o777).toBe(0o600);
  });

  it("has an expired and a swapped counterpart with fingerprints of their own", () => {
    expect(Date.parse(new X509Certificate(make("expired").cert).validTo)).toBeLessThan(Date.now());
    const prints = [make("bmc"), make("expired"), make("swapped")].map(({ cert }) =>
      fingerprintOf(cert),
    );
    expect(new Set(prints).size).toBe(3);
  });
});
