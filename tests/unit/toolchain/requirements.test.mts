import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { missingPackages } from "../../../toolchain/steps/debian-packages.mjs";
import { parseRequirements } from "../../../toolchain/steps/requirements.mjs";

describe("toolchain/requirements.json", () => {
  const requirements = parseRequirements(readFileSync("toolchain/requirements.json", "utf8"));

  it("lists no package twice", () => {
    const { debian, python, bench, long } = requirements;
    const names = [...debian, ...python, ...bench, ...long].map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("pins Python packages exactly", () => {
    for (const { version } of [...requirements.python, ...requirements.bench])
      expect(version).toMatch(/^\d+(\.\d+)*$/);
  });

  it("needs a reason for each package", () => {
    const text = JSON.stringify({ debian: [{ name: "curl" }], python: [] });
    expect(() => parseRequirements(text)).toThrow('"debian"[0] needs the text "why"');
  });
});

describe("missingPackages", () => {
  it("counts a package that was removed but left its configuration as missing", () => {
    const answer = "curl installed\nfrr config-files\n";
    expect(missingPackages(answer, ["curl", "frr", "lldpd"])).toEqual(["frr", "lldpd"]);
  });
});
