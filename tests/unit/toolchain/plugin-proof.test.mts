import { X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loopbackCertificate } from "../../../toolchain/proof/loopback-certificate.mjs";
import { provePlugin } from "../../../toolchain/proof/prove-plugin.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "plugin-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plugin(body: string) {
  const file = path.join(folder, "pulumi-resource-proxmoxve");
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("a plugin fails its proof when", () => {
  it("it is not there", async () => {
    const proof = await provePlugin("proxmoxve", path.join(folder, "none"), "8.6.0");
    expect(proof).toMatchObject({ passed: false, why: expect.stringContaining("ENOENT") });
  });

  it("it ends before it serves", async () => {
    const proof = await provePlugin("proxmoxve", plugin("echo broken >&2; exit 3"), "8.6.0");
    expect(proof).toEqual({
      passed: false,
      why: "it ended with status 3 before it served: broken",
    });
  });

  it("it panics in a call", async () => {
    const file = plugin('echo 1; echo "panic: interface conversion: nil" >&2; exit 2');
    const proof = await provePlugin("proxmoxve", file, "8.6.0");
    expect(proof).toEqual({
      passed: false,
      why: "it ended with a panic: interface conversion: nil",
    });
  });
});

it("the loopback API has a certificate that is valid now and signed by its own key", () => {
  const certificate = new X509Certificate(loopbackCertificate().cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
});
