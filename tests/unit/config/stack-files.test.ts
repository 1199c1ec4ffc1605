import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadStack, outlineOf, specFromConfig } from "../../../config/load/index.js";
import { patched, type StackName, TODAY, textOf } from "./wrong/wrong-stack.js";

const STACKS: readonly StackName[] = ["frege", "pve1", "homelab", "gtr7"];

describe("the four stack files", () => {
  it.each(STACKS)("%s is without errors, beside the three others", (name) => {
    const others = STACKS.filter((one) => one !== name).flatMap(
      (one) => outlineOf(`Pulumi.${one}.yaml`, textOf(one)) ?? [],
    );
    const { spec, findings } = loadStack({
      file: `Pulumi.${name}.yaml`,
      text: textOf(name),
      others,
      today: TODAY,
    });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(spec?.nodes).toBeDefined();
  });

  it.each(STACKS)("%s means the same to the program as to validate", (name) => {
    const parsed: { config: Record<string, unknown> } = parse(textOf(name));
    const fromConfig = specFromConfig(parsed.config["proxmox-ha:cluster"], { today: TODAY });
    expect(fromConfig.spec).toEqual(loadStack({ file: "", text: textOf(name) }).spec);
  });

  it("frege works on Proxmox VE 8 when only that number changes", () => {
    const { spec, findings } = loadStack({
      file: "Pulumi.frege.yaml",
      text: patched("frege", { "proxmox/major": 8 }),
      today: TODAY,
    });
    expect(spec?.proxmox.major).toBe(8);
    expect(findings.map(({ code }) => code)).toEqual(["versions/end-of-life", "fencing/no-pin"]);
  });

  it("frege on Proxmox VE 8 was nothing to warn about while 8 was maintained", () => {
    const { findings } = loadStack({
      file: "Pulumi.frege.yaml",
      text: patched("frege", { "proxmox/major": 8 }),
      today: "2025-12-31",
    });
    expect(findings.map(({ code }) => code)).toEqual(["fencing/no-pin"]);
  });
});
