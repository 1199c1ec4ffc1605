import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { layerReplacements } from "../../../../engines/container/layer.js";

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(path.join(tmpdir(), "proxmox-ha-layer-"));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));
const layer = () => ({ source: tree, tree, builtIn: false });

it("a layer tells what it replaces, on both releases and on one", () => {
  const lists = path.join(tree, "usr/share/twin-layer");
  mkdirSync(lists, { recursive: true });
  writeFileSync(path.join(lists, "replaced"), "# a comment\nguests: processes: small ones\n");
  writeFileSync(path.join(lists, "replaced.trixie"), "SDN: nothing\n");
  const guests = { what: "guests", by: "processes: small ones" };
  expect(layerReplacements(layer(), "bookworm")).toEqual([guests]);
  expect(layerReplacements(layer(), "trixie")).toEqual([guests, { what: "SDN", by: "nothing" }]);
});

it("a layer that replaces nothing need not say so", () => {
  expect(layerReplacements(layer(), "trixie")).toEqual([]);
});

it("the stand-in layer tells what it replaces, each with what takes its place", () => {
  const own = layerReplacements({ ...layer(), tree: "twin/pve/rootfs" }, "trixie");
  expect(own.length).toBeGreaterThan(3);
  for (const { what, by } of own) expect([what, by]).not.toContain("");
});
