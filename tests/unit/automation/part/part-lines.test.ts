import { expect, it } from "vitest";
import { judgePart, type Part } from "../../../../automation/engine/part/judge-part.js";
import { leftLines, partLines, partReport } from "../../../../automation/engine/part/part-lines.js";
import { type Changes, plannedWith } from "./planned-cluster.js";

function partOf(changes: Changes): Part {
  const request = { phases: ["network"], nodes: ["frege"] } as const;
  const verdict = judgePart(plannedWith(changes), request);
  if (verdict.kind === "refused") {
    throw new Error(verdict.why);
  }
  return verdict;
}

const some = partOf({
  "frege-packages": "update",
  "frege-interfaces": "update",
  "russell-interfaces": "update",
  "russell-packages": "update",
  "management-gate": ["update", "carriedBy"],
  "nfs-definition": "delete",
  "fencing-proof": "create",
});

it("says before it begins what the part is, what it needs and what proves it", () => {
  expect(partLines(some)).toEqual([
    "  part       frege-interfaces",
    "  needs      frege-packages",
    "  proved by  management-gate, and once more by the next whole run",
  ]);
  expect(partLines(partOf({ "russell-interfaces": "update" }))).toEqual([
    "  part       nothing to do in it",
  ]);
});

it("says at the end what was left out, by phase and by what is done with it", () => {
  expect(leftLines(some)).toEqual([
    "",
    "Left out, and done by the next whole `up`",
    "  Hosts",
    "    update     russell-packages",
    "  Networks",
    "    update     russell-interfaces",
    "  Storage",
    "    remove     nfs-definition",
    "  Fencing",
    "    create     fencing-proof",
    "  measured again: management-gate",
  ]);
  expect(leftLines(partOf({ "frege-interfaces": "update" }))).toEqual([
    "",
    "Left out: nothing; a whole `up` would find everything as wanted",
  ]);
});

it("has the same for programs, each with its place", () => {
  expect(partReport(some).part).toMatchObject({
    asked: [{ name: "frege-interfaces", kind: "host/Network", phase: "network", node: "frege" }],
    gates: [{ name: "management-gate", phase: "network", action: "update" }],
    left: expect.arrayContaining([
      { name: "nfs-definition", kind: "proxmoxve/Nfs", phase: "storage", action: "remove" },
    ]),
  });
});
