import { describe, expect, it } from "vitest";
import { planHooks } from "../../../../config/plan/hooks.js";
import { ringCluster } from "./stacks.js";

const hook = (command: string, triggers: string[] = []) => ({
  phase: "cluster" as const,
  when: "before" as const,
  on: "controller",
  command,
  triggers,
});

const names = (hooks: ReturnType<typeof hook>[]): string[] =>
  planHooks(ringCluster(3, { hooks })).map(({ name }) => name);

describe("the names of hooks", () => {
  it("say when, which phase and where", () => {
    expect(names([hook("true")])[0]).toMatch(/^before-cluster-controller-[0-9a-f]{8}$/);
  });

  it("stay when a hook moves in the file, so that it is not run again", () => {
    const [a, b] = names([hook("one"), hook("two")]);
    expect(names([hook("zero"), hook("two"), hook("one")]).slice(1)).toEqual([b, a]);
  });

  it("change with the command and with a trigger, so that it runs again", () => {
    const all = [
      ...names([hook("one")]),
      ...names([hook("one ")]),
      ...names([hook("one", ["1"])]),
      ...names([hook("one", ["2"])]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("tell two equal hooks apart, because both were asked for", () => {
    const [first, second] = names([hook("one"), hook("one")]);
    expect(second).toBe(`${first}-2`);
  });
});
