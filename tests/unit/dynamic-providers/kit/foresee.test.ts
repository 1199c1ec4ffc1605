import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Failure } from "../../../../config/failure/failure.js";
import { kindsIn } from "../../../../config/failure/kind.js";
import { commonInputs } from "../../../../dynamic-providers/kit/common-inputs.js";
import { defineProvider } from "../../../../dynamic-providers/kit/define-provider.js";
import { tellFresh } from "../../../../dynamic-providers/kit/fresh.js";
import { defineGate } from "../../../../dynamic-providers/kit/gate.js";
import { ProcessRuntime } from "../../../../dynamic-providers/kit/process-runtime.js";
import type { Runtime } from "../../../../dynamic-providers/kit/runtime.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { NamedLocks } from "../../../../dynamic-providers/transport/base/mutex.js";

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

describe("what was there before the program came", () => {
  const thing = z.strictObject({ ...commonInputs, name: z.string(), size: z.number() });
  type Thing = z.output<typeof thing>;
  const process = new ProcessRuntime();

  /** Things by their names, as somebody made them. */
  function world(there: Readonly<Record<string, number>>, answers = true) {
    const said: string[] = [];
    const once = process.context({ resource: "all", deadlineMs: 1_000, changes: () => false });
    const locks = new NamedLocks();
    const runtime: Runtime = {
      clock: process.clock,
      log: process.log,
      configure: () => undefined,
      context: () => ({
        ...once,
        locks,
        log: { ...once.log, say: (line: string) => void said.push(line) },
      }),
    };
    const things = defineProvider<Thing, Thing, { size: number | undefined }, string>({
      kind: "test/thing",
      schemaVersion: 1,
      inputs: thing,
      state: thing,
      identity: [],
      deadlineMs: 1_000,
      foundFirst: true,
      subject: ({ name }) => `thing ${name}`,
      id: ({ name }) => name,
      remember: (all) => all,
      observe: ({ name }) =>
        answers ? Promise.resolve({ size: there[name] }) : Promise.reject(new Error("silent")),
      plan: (wanted, { size }) =>
        wanted === undefined || wanted.size === size
          ? []
          : [
              {
                kind: size === undefined ? "add" : "change",
                path: "size",
                from: `${size}`,
                to: `${wanted.size}`,
                step: "",
              },
            ],
      apply: () => Promise.resolve(),
    });
    const gate = defineGate({
      kind: "test/gate",
      schemaVersion: 1,
      inputs: z.strictObject({ ...commonInputs }),
      deadlineMs: 1_000,
      everyMs: 1,
      subject: () => "all is well",
      id: () => "gate",
      measure: () => Promise.resolve({ met: true, saw: [] }),
      doNext: () => "",
    });
    const [one, shut] = [things.serve(runtime), gate.serve(runtime)];
    const check = async (name: string, size: number, more: object = {}) =>
      ((await one.check({}, { name, size, ...more })).failures ?? []).map(({ reason }) => reason);
    const gateSays = async () =>
      ((await shut.check({}, {})).failures ?? []).map(({ reason }) => reason).join();
    return { check, gateSays, said, locks, create: (props: object) => one.create(toStruct(props)) };
  }

  it("is told as taken over, where it is as wanted; what is not there is no news", async () => {
    const { check, gateSays, said } = world({ a: 1 });
    expect([await check("a", 1), await check("b", 1)]).toEqual([[], []]);
    expect(said).toEqual(["thing a: on the cluster already, and as wanted; taken over as it is."]);
    expect(await gateSays()).toBe("");
  });

  it("is refused by the next gate with everything that differs", async () => {
    const { check, gateSays } = world({ a: 1, b: 2 });
    expect([await check("a", 3), await check("b", 4)]).toEqual([[], []]);
    expect(await gateSays()).toMatch(
      /^Failed to take over thing a, thing b: refused: what is there differs from the stack file \(there -> wanted\): thing a \[size: 1 -> 3\], thing b \[size: 2 -> 4\]\. .*`adopt: true`/,
    );
  });

  it("is said to be changed, where the file allows it", async () => {
    const { check, gateSays, said } = world({ a: 1 });
    await check("a", 3, { adopt: true });
    expect(said.join()).toContain("and changed (there -> wanted): size: 1 -> 3");
    expect(await gateSays()).toBe("");
  });

  it("is no reason against a run whose work has found it as wanted", async () => {
    const there: Record<string, number> = { a: 1 };
    const { check, gateSays, create } = world(there);
    await check("a", 3);
    there.a = 3;
    await create({ name: "a", size: 3 });
    expect(await gateSays()).toBe("");
  });

  it("is not asked for where nothing stands yet, and a silent cluster is asked by the work", async () => {
    const fresh = world({ a: 1 });
    tellFresh(fresh);
    await fresh.check("a", 1);
    const silent = world({ a: 1 }, false);
    expect(await silent.check("a", 1)).toEqual([]);
    expect([...fresh.said, ...silent.said]).toEqual([]);
  });
});
