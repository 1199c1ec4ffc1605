import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Failure } from "../../../../config/failure/failure.js";
import { kindsIn } from "../../../../config/failure/kind.js";
import { commonInputs } from "../../../../dynamic-providers/kit/common-inputs.js";
import { defineProvider } from "../../../../dynamic-providers/kit/define-provider.js";
import { ProcessRuntime } from "../../../../dynamic-providers/kit/process-runtime.js";
import type { Runtime } from "../../../../dynamic-providers/kit/runtime.js";

const inputs = z.strictObject({ ...commonInputs, size: z.number() });
type Inputs = z.output<typeof inputs>;

/** A provider that only foresees, and what its contexts were asked for with. */
function looking(foresee: (before: Inputs | undefined, wanted: Inputs) => void) {
  const traceless: (true | undefined)[] = [];
  const process = new ProcessRuntime();
  const runtime: Runtime = {
    clock: process.clock,
    log: process.log,
    configure: () => undefined,
    context: (owner) => {
      traceless.push(owner.leavesNoTrace);
      return process.context(owner);
    },
  };
  const kind = defineProvider<Inputs, Inputs, object, never>({
    kind: "test/look",
    schemaVersion: 1,
    inputs,
    state: inputs,
    identity: [],
    deadlineMs: 1_000,
    subject: () => "a thing",
    id: () => "id",
    remember: (all) => all,
    observe: () => Promise.resolve({}),
    plan: () => [],
    apply: () => Promise.resolve(),
    veto: (_before, { size }) =>
      size < 0
        ? new Failure("refused", { tried: "to shrink", where: "", cameBack: "no", doNext: "Grow." })
        : undefined,
    foresee: (before, wanted) => {
      foresee(before, wanted);
      return Promise.resolve();
    },
  });
  return { provider: kind.serve(runtime), traceless };
}

describe("a look ahead", () => {
  it("happens while inputs are checked, and leaves no trace on a host", async () => {
    const seen: (readonly [number | undefined, number])[] = [];
    const { provider, traceless } = looking((before, { size }) => seen.push([before?.size, size]));
    expect((await provider.check({}, { size: 1 })).failures ?? []).toEqual([]);
    await provider.check({ size: 1 }, { size: 2 });
    expect(seen).toEqual([
      [undefined, 1],
      [1, 2],
    ]);
    expect(traceless).toEqual([true, true]);
  });

  it("refuses with the sentence that it throws", async () => {
    const { provider } = looking(() => {
      throw new Failure("failed", {
        tried: "to look",
        where: "",
        cameBack: "taken",
        doNext: "Go.",
      });
    });
    const { failures } = await provider.check({}, { size: 1 });
    expect(failures).toEqual([{ property: "", reason: "Failed to look: taken. Go." }]);
  });

  it("hands on its kind, as a refusal of the two wishes alone does", async () => {
    const parts = { tried: "to look", where: "", cameBack: "taken", doNext: "Go." };
    const { provider } = looking(() => {
      throw new Failure("unreachable", parts);
    });
    const reasons = async (size: number): Promise<string[]> =>
      ((await provider.check({ size: 1 }, { size })).failures ?? []).map(({ reason }) => reason);
    expect(kindsIn((await reasons(2)).join())).toEqual(["unreachable"]);
    expect(kindsIn((await reasons(-1)).join())).toEqual(["refused"]);
  });

  it("is not taken where the two wishes alone are refused, or are no good", async () => {
    const { provider, traceless } = looking(() => undefined);
    expect((await provider.check({ size: 1 }, { size: -1 })).failures).toHaveLength(1);
    expect((await provider.check({}, { size: "large" })).failures).toHaveLength(1);
    expect(traceless).toEqual([]);
  });
});
