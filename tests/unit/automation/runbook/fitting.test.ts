import { describe, expect, it } from "vitest";
import { TOPICS } from "../../../../automation/runbook/names.js";
import { renderList } from "../../../../automation/runbook/render.js";
import { summariesOf } from "../../../../automation/runbook/runbook.js";
import { type Scene, sceneOfFile } from "../../../../automation/runbook/scene.js";
import { planOf, sights } from "./sights.js";

const fitting = (scene: Scene): string[] =>
  summariesOf(scene).flatMap(({ topic, fits }) => (fits === undefined ? [] : [topic]));
const whyOf = (scene: Scene, topic: string): string | undefined =>
  summariesOf(scene).find((one) => one.topic === topic)?.fits;
const listOf = (scene: Scene): string =>
  renderList(scene.plan.name, scene.stack, scene.said, summariesOf(scene));

describe("which runbooks fit", () => {
  it.each([
    ["formed", []],
    ["one node dead", ["dead-node"]],
    ["one node silent from here", ["dead-node"]],
    ["no quorum", ["lost-quorum"]],
    ["two halves", ["split-brain"]],
    ["nobody answers", []],
    ["Proxmox VE 8", []],
    ["Ceph well", []],
    ["Ceph degraded", ["stuck-pgs"]],
    ["Ceph nearly full", ["full-ceph", "storage-growth"]],
    ["Ceph silent", ["stuck-pgs"]],
  ] as const)("where all that is seen is: %s", (sight, topics) => {
    expect(fitting(sights[sight])).toEqual(topics);
  });

  it("is said with the names that were seen", () => {
    expect(whyOf(sights["one node dead"], "dead-node")).toBe(
      "russell is not in the cluster, say frege and wittgenstein",
    );
    expect(whyOf(sights["one node silent from here"], "dead-node")).toBe(
      "russell did not answer as a member, although the others count it in: look whether it is alive before anything else",
    );
    expect(whyOf(sights["no quorum"], "lost-quorum")).toBe(
      "frege answered, without quorum: 2 of 3 votes are needed",
    );
    expect(whyOf(sights["two halves"], "split-brain")).toContain(
      "frege against russell and wittgenstein",
    );
    expect(whyOf(sights["Ceph degraded"], "stuck-pgs")).toContain("1 active+clean+inconsistent");
  });

  it("stands before all others, and what the stack does not have comes last with its reason", () => {
    const said = listOf(sights["one node dead"]);
    expect(said).toMatch(
      /These fit what is seen now\n +dead-node [\s\S]*All others\n[\s\S]*Not for this stack\n +stuck-pgs .*\n +this stack has no Ceph/,
    );
    const [, listed = ""] = /All others\n([\s\S]*)Not for/.exec(said) ?? [];
    expect(listed).not.toContain("dead-node");
  });

  it("is nothing where nobody answered, which the list says instead", () => {
    for (const scene of [
      sights["nobody answers"],
      sceneOfFile("frege", planOf("frege"), "no host was asked"),
    ]) {
      expect(fitting(scene)).toEqual([]);
      expect(listOf(scene)).toContain("nothing is known of how the cluster is");
      expect(listOf(scene)).not.toContain("NO QUORUM");
    }
  });

  it("is told of each topic in one line, in a fixed order", () => {
    expect(summariesOf(sights.formed).map(({ topic }) => topic)).toEqual(TOPICS);
    for (const { title } of summariesOf(sights.formed)) {
      expect(title).not.toContain("\n");
    }
  });
});
