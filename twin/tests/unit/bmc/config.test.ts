import { describe, expect, it } from "vitest";
import { parseBmcProcessConfig } from "../../../bmc/config.js";

const bmc = {
  node: "alpha",
  kind: "redfish",
  address: "10.0.0.21",
  user: "fence",
  passwordFile: "/run/alpha.password",
  uuid: "4c4c4544-0042-4a10-8051-b4c04f4d3332",
  stateDir: "/run/alpha",
} as const;
const config = (...bmcs: readonly object[]) => ({
  controlSocket: "/run/twin/control.sock",
  faultSocket: "/run/twin/fault.sock",
  bmcs,
});

describe("the configuration of the BMCs", () => {
  it("fills in the ports of the protocols", () => {
    const { bmcs, caDir } = parseBmcProcessConfig(
      config(bmc, { ...bmc, kind: "amt" }, { ...bmc, kind: "ipmi" }),
    );
    expect(bmcs.map(({ port }) => port)).toEqual([443, 16993, 623]);
    expect(caDir).toBe("/run/twin/bmc-ca");
  });

  it("refuses the same device of a node twice", () => {
    expect(() => parseBmcProcessConfig(config(bmc, bmc))).toThrow("redfish BMC of alpha twice");
  });

  it.each([
    ["an unknown key", { ...bmc, colour: "red" }, "colour"],
    ["an unknown flavour", { ...bmc, flavour: "abacus" }, "flavour"],
    ["a UUID that is none", { ...bmc, uuid: "42" }, "uuid"],
  ])("refuses %s and names it", (_, wrong, named) => {
    expect(() => parseBmcProcessConfig(config(wrong))).toThrow(named);
  });
});
