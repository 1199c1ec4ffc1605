import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  nodesInFile,
  withNodesInOrder,
  withPlainDays,
} from "../../components/program/as-written.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "node-order-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): string => {
  const file = path.join(folder, "Pulumi.homelab.yaml");
  writeFileSync(file, text);
  return file;
};

describe("the order of nodes", () => {
  it("is that of the file, whatever order Pulumi hands them over in", () => {
    const file = write("config:\n  proxmox-ha:cluster:\n    nodes: { b: {}, c: {}, a: {} }\n");
    const section = { name: "x", nodes: { a: { id: 1 }, b: {}, c: {}, d: {} } };
    const ordered = z
      .object({ name: z.string(), nodes: z.record(z.string(), z.unknown()) })
      .parse(withNodesInOrder(section, nodesInFile(file) ?? []));
    expect(Object.entries(ordered.nodes)).toEqual([
      ["b", {}],
      ["c", {}],
      ["a", { id: 1 }],
      ["d", {}],
    ]);
    expect(ordered.name).toBe("x");
  });

  it("is unknown without the file, or without nodes in it", () => {
    expect(nodesInFile(path.join(folder, "nowhere"))).toBeUndefined();
    expect(nodesInFile(write("config: {}\n"))).toBeUndefined();
  });

  it("leaves a section without nodes to the schema", () => {
    expect(withNodesInOrder({ nodes: 3 }, ["a"])).toEqual({ nodes: 3 });
    expect(withNodesInOrder("text", ["a"])).toBe("text");
  });
});

describe("a day", () => {
  it("is a day again, at any depth, and other texts stay", () => {
    expect(
      withPlainDays({
        consent: { "node.a": "2026-12-01 00:00:00 +0000 UTC" },
        list: ["x", 3, null],
      }),
    ).toEqual({ consent: { "node.a": "2026-12-01" }, list: ["x", 3, null] });
  });
});
