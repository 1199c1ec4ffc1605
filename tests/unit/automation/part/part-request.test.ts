import { expect, it } from "vitest";
import { partRequestOf } from "../../../../automation/engine/part/part-request.js";

const NODES = ["frege", "russell"];

it("is in the order of the phases and of the nodes, however it was typed", () => {
  const words = { phase: ["fencing", "hosts", "hosts"], node: ["russell", "frege"] };
  expect(partRequestOf(words, NODES)).toEqual({ phases: ["hosts", "fencing"], nodes: NODES });
});

it("is no part without a word", () => {
  expect(partRequestOf({ phase: [], node: [] }, NODES)).toBeUndefined();
});

it("says of each wrong word what there is", () => {
  const words = { phase: ["host"], node: ["frege", "kant"] };
  expect(partRequestOf(words, NODES)).toEqual({
    mistakes: [
      "There is no phase host. Phases are hosts, network, cluster, ceph, storage, guests, ha, fencing, backup.",
      "The stack file has no node kant. Its nodes are frege, russell.",
    ],
  });
});
