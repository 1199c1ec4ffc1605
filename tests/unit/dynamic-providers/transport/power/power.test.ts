import { describe, expect, it } from "vitest";
import {
  requireMachine,
  sameMachine,
  uuidFromSmbios,
} from "../../../../../dynamic-providers/transport/power/machine-uuid.js";
import { PowerError } from "../../../../../dynamic-providers/transport/power/power-error.js";

const UUID = "4c4c4544-0042-4a10-8051-b4c04f4d3332";
const SWAPPED = "44454c4c-4200-104a-8051-b4c04f4d3332";

describe("the UUID of a machine", () => {
  it.each([
    [UUID, UUID, true],
    [UUID.toUpperCase(), UUID, true],
    [UUID, SWAPPED, true],
    [UUID, "11111111-2222-4333-8444-555555555555", false],
    ["", "", false],
    ["4c4c", "4c4c", false],
  ])("%s and %s: same is %s", (a, b, same) => {
    expect(sameMachine(a, b)).toBe(same);
  });

  it("is turned from the order of SMBIOS", () => {
    expect(uuidFromSmbios("44454C4C4200104A8051B4C04F4D3332")).toBe(UUID);
  });

  it("must be the expected one, where one is expected", () => {
    expect(() => requireMachine(undefined, undefined, "looking", "here")).not.toThrow();
    expect(() => requireMachine(UUID, SWAPPED, "looking", "here")).not.toThrow();
    expect(() => requireMachine(UUID, undefined, "looking", "here")).toThrow(PowerError);
  });
});
