import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commonInputs } from "../../../../dynamic-providers/kit/common-inputs.js";
import { defineGate, type Measurement } from "../../../../dynamic-providers/kit/gate.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeClock } from "../pvecm/fake-cluster.js";

const nobody = {
  node: "frege",
  run: () => Promise.reject(new Error("nothing is asked of the host itself")),
};

const shut: Measurement = { met: false, saw: ["the bolt is shut"] };

/** A gate of the second version, which counts doors. */
const countingKind = defineGate({
  kind: "test/gate",
  schemaVersion: 2,
  inputs: z.strictObject({ ...commonInputs, doors: z.int() }),
  deadlineMs: 1_000,
  everyMs: 100,
  subject: () => "the doors are open",
  id: () => "doors",
  measure: ({ doors }) => Promise.resolve(doors === 0 ? shut : { met: true, saw: ["open"] }),
  doNext: () => "Open them.",
  migrations: { 1: (state) => state },
});
const whole = fakeRuntime("doors", nobody, new FakeClock());
const counting = countingKind.serve(whole);

/** A gate whose looks take so long, one after the other; the fake operation ends after 600 s. */
function gateOf(
  looks: readonly (Measurement | Error)[],
  lookMs: number,
  said: string[] = [],
  stopAsked: () => boolean = () => false,
) {
  const clock = new FakeClock();
  let at = 0;
  const gate = defineGate({
    kind: "test/gate",
    schemaVersion: 1,
    inputs: z.strictObject({ ...commonInputs }),
    deadlineMs: 600_000,
    everyMs: 2_000,
    subject: () => "the door is open",
    id: () => "door",
    measure: async () => {
      await clock.sleep(lookMs);
      const look = looks[Math.min(at, looks.length - 1)];
      at += 1;
      if (look === undefined || look instanceof Error) {
        throw look;
      }
      return look;
    },
    doNext: () => "Open it.",
  });
  const runtime = fakeRuntime("door", nobody, clock, (line) => said.push(line));
  return gate.serve({ ...runtime, stopAsked }).create(toStruct({}));
}

describe("a gate", () => {
  it("opens with what it saw", async () => {
    const { outs } = await gateOf([shut, { met: true, saw: ["open"] }], 100);
    expect(outs.saw).toEqual(["open"]);
  });

  it("tells a person who waits what for, once a minute and not at each look", async () => {
    const said: string[] = [];
    const looks = [...Array.from({ length: 60 }, () => shut), { met: true, saw: ["open"] }];
    await gateOf(looks, 100, said);
    expect(said).toEqual([
      "still waiting until the door is open: the bolt is shut",
      "still waiting until the door is open: the bolt is shut",
    ]);
  });

  it("lets go with what it saw once the run is to end, and opens where it may", async () => {
    let looks = 0;
    const atThird = (): boolean => {
      looks += 1;
      return looks >= 3;
    };
    await expect(gateOf([shut], 100, [], atThird)).rejects.toThrow(
      /the run was stopped while it waited: the bolt is shut. What was made so far stays/,
    );
    expect(looks).toBeLessThan(6);
    const open = await gateOf([{ met: true, saw: ["open"] }], 100, [], () => true);
    expect(open.outs.saw).toEqual(["open"]);
  });

  it("says what it saw when the last look is cut short by the deadline", async () => {
    await expect(gateOf([shut, new Error("no end within 2.1 s")], 299_500)).rejects.toThrow(
      /the bolt is shut/,
    );
  });

  it("passes on why it could not look, when time was left", async () => {
    await expect(gateOf([shut, new Error("no route to host")], 100)).rejects.toThrow(
      /no route to host/,
    );
  });

  it("is measured again when what it was measured for last does not fit its inputs any more", async () => {
    const now = toStruct({ doors: 2 });
    expect(await counting.diff("doors", {}, now)).toMatchObject({ changes: true });
    expect(await counting.diff("doors", { doors: 2, saw: [] }, now)).toMatchObject({
      changes: false,
    });
  });

  it("is measured again by the first whole run after one for a part, and then no more", async () => {
    const now = toStruct({ doors: 2 });
    const inPart = await countingKind.serve({ ...whole, inPart: true }).create(now);
    expect(await counting.diff("doors", inPart.outs, now)).toMatchObject({ changes: true });
    const after = await counting.update("doors", inPart.outs, now);
    expect(await counting.diff("doors", after.outs, now)).toMatchObject({ changes: false });
  });

  it("is left alone by a refresh that comes before the first run of a newer program", async () => {
    expect(await counting.diff("doors", { saw: [] }, {})).toMatchObject({ changes: false });
  });

  it("is not compared by a program that is older than its state", async () => {
    await expect(counting.diff("doors", { doors: 2, schemaVersion: 3 }, {})).rejects.toThrow(
      /use the newer program/,
    );
  });
});
