import { describe, expect, it } from "vitest";
import { unknownNames } from "../../../automation/whatif/names.js";
import { renderWhatIf } from "../../../automation/whatif/render.js";
import { startFrom } from "../../../automation/whatif/sight.js";
import { planCluster } from "../../../config/plan/index.js";
import { ringCluster } from "../config/plan/stacks.js";

const plan = planCluster(ringCluster(3));
const NOTHING = { nodes: [], networks: [], storages: [], osds: [] };

describe("the question what would be if", () => {
  it("is refused with what is meant where it names what the file does not have", () => {
    const networks = ["management", "ring"];
    expect(
      unknownNames(plan, networks, { ...NOTHING, nodes: ["node-4"], networks: ["rin"] }),
    ).toEqual([
      expect.stringMatching(
        /^There is no node node-4 in the stack file\. Did you mean node-1\? There are node-1/,
      ),
      expect.stringMatching(/^There is no network rin in the stack file\. Did you mean ring\?/),
    ]);
    expect(unknownNames(plan, networks, { ...NOTHING, storages: ["nas"], osds: [1] })).toEqual([
      "There is no storage nas in the stack file. There are none.",
      "The stack makes no Ceph, so it has no OSDs.",
    ]);
    expect(unknownNames(plan, networks, NOTHING)[0]).toContain("say what by --lose");
    expect(unknownNames(plan, networks, { ...NOTHING, nodes: ["node-1"] })).toEqual([]);
  });

  it("is answered on one screen, with what it starts from", () => {
    const loss = { ...NOTHING, nodes: ["node-1"], osds: [3] };
    const said = renderWhatIf(
      "trio",
      loss,
      ["by the stack file alone"],
      [{ about: "Quorum", outcome: "stops", lines: ["It is lost."] }],
    );
    expect(said).toBe(
      "trio, if node-1 was lost and the disk of osd.3 was dead\n  by the stack file alone\n\nQuorum: STOPS\n  It is lost.\n",
    );
  });

  it("starts from the stack file where no node with quorum answers, and says so", () => {
    const views = plan.nodes.map(({ name, address }) => ({
      node: name,
      address,
      reachable: false as const,
      late: false,
      why: "no route",
    }));
    const { now, said } = startFrom(plan, views);
    expect(now.away).toEqual([]);
    expect(said.join()).toContain("no node with quorum answers");
  });
});
