import { describe, expect, it } from "vitest";
import { firstBootHook } from "../../../../automation/answer/hook.js";
import { completed } from "../../../../automation/answer/missing.js";
import { sealedPassword } from "../../../../automation/answer/sealed.js";
import { planCluster } from "../../../../config/plan/index.js";
import { planInstall } from "../../../../config/plan/install.js";
import { type Stack, specOf } from "../../config/plan/stacks.js";

function plansOf(stack: Stack) {
  const spec = specOf(stack);
  return planCluster(spec).nodes.flatMap((node) => planInstall(spec, node, node.network) ?? []);
}

describe("the script of the first boot", () => {
  it("asks systemd for nothing, because it runs before what it would wait for", () => {
    const hook = firstBootHook("ssh-ed25519 AAAA program", plansOf("pve1"));
    expect(hook).not.toMatch(/systemctl|service|\breload\b/);
  });

  it("is far below the megabyte that the installer's tool takes", () => {
    expect(firstBootHook("ssh-ed25519 AAAA program", plansOf("pve1")).length).toBeLessThan(65_536);
  });
});

describe("what stands for root's password", () => {
  it("has the form of a hash and is another one each time", () => {
    const [one, other] = [sealedPassword(), sealedPassword()];
    expect(one).toMatch(/^\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{85}[./01]$/);
    expect(other).not.toBe(one);
  });
});

describe("a plan of which something is missing", () => {
  it("is told with the place at which to write it", () => {
    const told = plansOf("homelab").map((plan) => completed(plan));
    expect(told.map(({ kind }) => kind)).toEqual(["missing", "missing", "missing"]);
    expect(JSON.stringify(told[0])).toContain("nodes.pve-ms01-01.install");
  });
});
