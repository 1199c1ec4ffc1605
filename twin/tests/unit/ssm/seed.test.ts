import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSsmProcessConfig } from "../../../ssm/config.js";
import { SsmFaults } from "../../../ssm/faults.js";
import { randomPassword, readSeedFile, seedValues, writeSeedFile } from "../../../ssm/seed.js";

const secret = (path: string, value?: string) => ({
  path,
  type: "SecureString" as const,
  ...(value === undefined ? {} : { value }),
});

describe("the values of the parameter store", () => {
  it("are random, different, and fit every kind of device", () => {
    const passwords = Array.from({ length: 50 }, randomPassword);
    expect(new Set(passwords).size).toBe(50);
    for (const password of passwords) {
      expect(password).toMatch(/^[A-Za-z0-9-]{16}$/);
      expect(password).toMatch(/[A-Z].*[a-z].*\d.*-/);
    }
  });

  it("stay over a restart, unless the configuration gives another", () => {
    const first = seedValues([secret("/a"), secret("/b")], {});
    const second = seedValues([secret("/a"), secret("/b", "given"), secret("/c")], first);
    expect(second["/a"]).toBe(first["/a"]);
    expect(second["/b"]).toBe("given");
    expect(second["/c"]).toHaveLength(16);
  });

  it("lie in a file of root alone", () => {
    const dir = mkdtempSync(join(tmpdir(), "seed-"));
    const file = join(dir, "seed.json");
    expect(readSeedFile(file)).toEqual({});
    writeSeedFile(file, { "/a": "value" });
    expect(readSeedFile(file)).toEqual({ "/a": "value" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(dir, { recursive: true });
  });

  it("are refused under a path that SSM would refuse", () => {
    const config = (path: string) => ({
      address: "10.0.0.9",
      faultSocket: "/run/ssm.sock",
      seedFile: "/run/seed.json",
      logFile: "/run/moto.log",
      parameters: [secret(path)],
    });
    expect(parseSsmProcessConfig(config("/ms01/amt/frege")).port).toBe(4566);
    expect(() => parseSsmProcessConfig(config("ms01"))).toThrow("must start with /");
  });
});

describe("the faults of the parameter store", () => {
  it("strike the chosen operation, so many times", () => {
    const faults = new SsmFaults();
    faults.add({ kind: "throttle", operations: ["GetParameter"], times: 1 });
    expect(faults.take("PutParameter")).toBeUndefined();
    expect(faults.take("GetParameter")).toBe("throttle");
    expect(faults.take("GetParameter")).toBeUndefined();
  });
});
