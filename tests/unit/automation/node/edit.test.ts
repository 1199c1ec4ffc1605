import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { editNodes, type NodeEdit } from "../../../../automation/node/edit.js";
import { unifiedDiff } from "../../../../automation/preview/unified-diff.js";
import { loadStack } from "../../../../config/load/index.js";

const ROOT = path.resolve(__dirname, "..", "..", "..", "..");
const SECTION = ["config", "proxmox-ha:cluster"];
const fileOf = (stack: string): string =>
  readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
const edited = (stack: string, edit: NodeEdit) => editNodes(fileOf(stack), SECTION, edit);
/** Lines that go and come. */
const changed = (stack: string, edit: NodeEdit): string[] =>
  unifiedDiff(fileOf(stack), edited(stack, edit).text).filter((line) => /^[-+]/.test(line));
const errorsIn = (text: string): string[] =>
  loadStack({ file: "Pulumi.mine.yaml", text, today: "2026-06-01" })
    .findings.filter(({ severity }) => severity === "error")
    .map(({ what }) => what);
const leaving = (verb: "remove" | "replace", node: string): NodeEdit => ({
  verb,
  node,
  until: "2026-06-08",
  machine: "as it is",
});

describe("a node that is replaced", () => {
  it("is another installation from then on, by a consent, and nothing else of the file changes", () => {
    expect(changed("frege", leaving("replace", "russell"))).toEqual([
      "+        installation: 2",
      expect.stringMatching(/^\+ {4}consent: \{ node\.russell: 2026-06-08 \}$/),
    ]);
    expect(errorsIn(edited("frege", leaving("replace", "russell")).text)).toEqual([]);
  });

  it("is the third installation the second time, and the consent gets another day", () => {
    const once = edited("frege", leaving("replace", "russell")).text;
    const twice = editNodes(once, SECTION, {
      verb: "replace",
      node: "russell",
      until: "2026-07-01",
      machine: "may be switched off",
    }).text;
    expect(twice).toContain("        installation: 3\n");
    expect(twice).toContain("consent: { node.russell: 2026-07-01, off.russell: 2026-07-01 }");
    expect(errorsIn(twice)).toEqual([]);
  });
});

describe("a node that is removed", () => {
  it("goes with every list and weight that names it", () => {
    const { left, text } = edited("frege", leaving("remove", "russell"));
    expect(left).toEqual([]);
    expect(text).not.toMatch(/^(?!.*consent).*russell/m);
    expect(text).toContain("ms01-cluster: { frege: 100, wittgenstein: 50 }");
    expect(text).toContain("consent: { node.russell: 2026-06-08 }");
    // What two nodes lack is for a person to decide.
    expect(errorsIn(text)).toEqual([
      expect.stringMatching(/^The nodes have 2 votes together/),
      "2 nodes make no ring.",
    ]);
  });

  it("is still named where a person has to decide, and the file's own rules say so too", () => {
    const { left, text } = edited("frege", leaving("remove", "frege"));
    expect(left).toEqual([
      expect.stringMatching(/^line \d+ \(guests\..*node\) still names frege$/),
    ]);
    expect(errorsIn(text).join()).toMatch(/frege/);
  });

  it("may be switched off, or was seen off, by a consent of its own", () => {
    const consent = (machine: "may be switched off" | "was seen off"): string | undefined =>
      edited("frege", { verb: "remove", node: "russell", until: "2026-06-08", machine })
        .text.split("\n")
        .find((line) => line.includes("consent:"))
        ?.trim();
    expect(consent("may be switched off")).toBe(
      "consent: { node.russell: 2026-06-08, off.russell: 2026-06-08 }",
    );
    expect(consent("was seen off")).toBe(
      "consent: { node.russell: 2026-06-08, seen-off.russell: 2026-06-08 }",
    );
  });
});

describe("a node that is added", () => {
  const hilbert = (like?: string): NodeEdit => ({
    verb: "add",
    node: "hilbert",
    id: 4,
    fields: new Map([
      ["address", "10.203.3.14"],
      ["hardware", "ms-01"],
      ["fence.amt.address", "10.203.3.24"],
      ["fence.amt.login.user", "admin"],
      ["fence.amt.login.password", "{ ssm: /ms01/amt/hilbert }"],
    ]),
    like,
  });

  it("stands behind the others, written as they are", () => {
    expect(changed("frege", hilbert())).toEqual([
      "+      hilbert:",
      "+        id: 4",
      "+        address: 10.203.3.14",
      "+        hardware: ms-01",
      "+        fence:",
      "+          amt:",
      "+            address: 10.203.3.24",
      "+            login:",
      "+              user: admin",
      "+              password: { ssm: /ms01/amt/hilbert }",
    ]);
    expect(errorsIn(edited("frege", hilbert()).text)).toEqual([
      expect.stringMatching(/^The nodes have 4 votes together/),
    ]);
  });

  it("stands on one line where the others do", () => {
    const file = "cluster:\n  nodes:\n    a: { id: 1 }\n";
    const fields = new Map([["fence.amt.address", "10.0.0.2"]]);
    expect(
      editNodes(file, ["cluster"], { verb: "add", node: "b", id: 2, fields, like: undefined }).text,
    ).toBe(`${file}    b: { id: 2, fence: { amt: { address: 10.0.0.2 } } }\n`);
  });

  it("comes where one of its kind is among interfaces and storages, and the rest is told", () => {
    const file = [
      "cluster:",
      "  nodes:",
      "    a: { id: 1 }",
      "  interfaces:",
      "    en1: { port: {}, nodes: [a] }",
      "  storages:",
      "    fast: { nodes: [z, a] }",
      "  ha: { placements: { all: { a: 100 } } }",
      "  ceph: { monitors: [a] }",
      "",
    ].join("\n");
    const fields = new Map([["hardware", "ms-01"]]);
    const { left, text } = editNodes(file, ["cluster"], {
      verb: "add",
      node: "b",
      id: 2,
      fields,
      like: "a",
    });
    expect(text).toContain("nodes: [a, b] }");
    expect(text).toContain("nodes: [z, a, b] }");
    expect(left).toEqual([
      "line 9 (ha.placements.all.a) names a alone",
      "line 10 (ceph.monitors.0) names a alone",
    ]);
  });
});
