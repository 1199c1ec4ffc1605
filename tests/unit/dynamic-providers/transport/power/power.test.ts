import { describe, expect, it } from "vitest";
import {
  requireMachine,
  sameMachine,
  uuidFromSmbios,
} from "../../../../../dynamic-providers/transport/power/machine-uuid.js";
import type { PowerState } from "../../../../../dynamic-providers/transport/power/power-controller.js";
import {
  PowerError,
  type PowerFailure,
} from "../../../../../dynamic-providers/transport/power/power-error.js";
import { untilPowerState } from "../../../../support/until-power-state.js";

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

function failing(failure: PowerFailure): PowerError {
  return new PowerError({ failure, tried: "asking", where: "x", cameBack: "no", doNext: "Wait." });
}

/** A device that gives these answers, the last one for ever. */
function device(...answers: readonly (PowerState | PowerError)[]) {
  let asked = 0;
  return {
    asked: () => asked,
    state: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? "unknown";
      asked += 1;
      if (answer instanceof PowerError) throw answer;
      return answer;
    },
  };
}

const quickly = { timeoutMs: 2000, everyMs: 1 };

describe("waiting for a power state", () => {
  it("wants to read it twice in a row", async () => {
    const flicker = device("on", "off", "on", "off", "off");
    await untilPowerState(flicker, "off", quickly);
    expect(flicker.asked()).toBe(5);
  });

  it.each(["unreachable", "timeout", "busy"] as const)(
    "goes on when the device is %s",
    async (failure) => {
      await untilPowerState(device("off", failing(failure), "off", "off"), "off", quickly);
    },
  );

  it.each(["login", "certificate", "wrong-machine", "forbidden"] as const)(
    "ends at once on %s",
    async (failure) => {
      const broken = device(failing(failure));
      await expect(untilPowerState(broken, "off", quickly)).rejects.toMatchObject({ failure });
      expect(broken.asked()).toBe(1);
    },
  );

  it("never takes unknown for off, and says what it saw last", async () => {
    const waiting = untilPowerState(device("unknown"), "off", { timeoutMs: 20, everyMs: 5 });
    await expect(waiting).rejects.toThrow("the last thing it said was: unknown");
  });
});
