import { expect, it } from "vitest";
import { clusterView } from "../../../../automation/status/cluster-view.js";
import { renderClusterView } from "../../../../automation/status/render.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "../../config/plan/stacks.js";

const silent = (stack: "frege" | "homelab") => {
  const plan = planCluster(specOf(stack));
  const views = plan.nodes.map(({ name, address }) => ({
    node: name,
    address,
    reachable: false as const,
    why: "no answer within 2 s",
  }));
  return clusterView(plan, views);
};

it("says of each placement who follows it, and of each node what its loss means", () => {
  const text = renderClusterView(silent("homelab"));
  expect(text).toMatch(/NO QUORUM seen from any reachable node; 2 of 3 votes are needed/);
  expect(text).toMatch(/ai-workloads +pve-aimax-01 100 and nowhere else +no guest follows it yet/);
  expect(text).toMatch(/general +pve-ms01-01 100, pve-ms01-02 100 +vm:120/);
  expect(text).toMatch(/without pve-ms01-02 +quorum stays +vm:120 goes to pve-ms01-01/);
});

it("tells placements before anything follows them, the preferred node first", () => {
  const text = renderClusterView(silent("frege"));
  expect(text).toMatch(/ms01-cluster +frege 100, russell 50, wittgenstein 50 +no guest follows/);
  expect(text).toMatch(/without frege +quorum stays +no guest of the file is affected/);
  expect(text).not.toContain("To think about");
});
