import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Change } from "../../../../dynamic-providers/kit/change.js";
import { commonInputs } from "../../../../dynamic-providers/kit/common-inputs.js";
import { defineProvider } from "../../../../dynamic-providers/kit/define-provider.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";

const inputs = z.strictObject({ ...commonInputs });
type Inputs = z.output<typeof inputs>;

const grown: Change<string> = { kind: "add", path: "size", from: "absent", to: "1", step: "go" };
const left: Change<string> = {
  kind: "remove",
  path: 'members["russell"]',
  from: "member",
  to: "absent",
  consent: "node.russell",
  step: "go",
};

/** A thing that is there until it is applied once. */
function thing(changes: readonly Change<string>[]) {
  const said: string[] = [];
  let done = false;
  const kind = defineProvider<Inputs, Inputs, object, string>({
    kind: "test/thing",
    schemaVersion: 1,
    inputs,
    state: inputs,
    identity: [],
    deadlineMs: 1_000,
    subject: () => "ms01",
    id: () => "id",
    remember: (all) => all,
    observe: () => Promise.resolve({}),
    plan: () => (done ? [] : [...changes]),
    apply: () => {
      done = true;
      return Promise.resolve();
    },
  });
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const host = { node: "frege", run: () => Promise.reject(new Error("asks nothing")) };
  const runtime = fakeRuntime("test/thing", host, clock, (line) => said.push(line));
  return { provider: kind.serve(runtime), said };
}

const props = { adopt: false, consent: { "node.russell": "1970-01-02" }, secretVersions: {} };

describe("what a run changes", () => {
  it("is told while it is done where somebody had to consent to it, and else only in the log", async () => {
    const { provider, said } = thing([grown, left]);
    await provider.update("id", { ...props, schemaVersion: 1 }, props);
    expect(said).toEqual(['ms01: members["russell"]: member -> absent']);
  });

  it("is told the same way when the resource goes", async () => {
    const { provider, said } = thing([left]);
    await provider.delete("id", { ...props, schemaVersion: 1 });
    expect(said).toEqual(['ms01: members["russell"]: member -> absent']);
  });
});
