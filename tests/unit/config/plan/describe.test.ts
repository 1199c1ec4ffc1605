import { describe, expect, it } from "vitest";
import { describePlan, planCluster } from "../../../../config/plan/index.js";
import { ringCluster, STACKS, specOf } from "./stacks.js";

describe("the plan as text", () => {
  it.each(STACKS)("of %s reads like something to agree to", (stack) => {
    expect(describePlan(planCluster(specOf(stack)))).toMatchSnapshot();
  });

  it("says when a single node stops the cluster", () => {
    const text = describePlan(planCluster(ringCluster(2)));
    expect(text).toContain("the cluster stops without node-1 or node-2");
    expect(text).toContain("node-1  quorum is lost");
    expect(text).toContain("the cluster stops meanwhile");
  });

  it("shows where secrets are and never more", () => {
    const text = describePlan(planCluster(specOf("frege")));
    expect(text).toMatch(/ssm \/ms01\/hosts\/root_password +root password of the installer/);
    expect(text).toMatch(/ssm \/ms01\/amt\/frege +amt login of frege/);
  });
});
