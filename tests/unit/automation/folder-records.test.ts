import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownToBeWhole } from "../../../automation/engine/folder-records.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "records-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keep(project: string, name: string, text: string): void {
  const place = path.join(folder, ".pulumi", "stacks", project);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, name), text);
}
const state = (latest?: object): string =>
  JSON.stringify({ version: 3, checkpoint: { stack: "frege", latest } });
const whole = (): boolean => knownToBeWhole(`file://${folder}?metadata=skip`, "frege");

test("a state without begun steps is whole, also one of a stack that nothing was made of yet", () => {
  keep("proxmox-ha", "frege.json", state({ resources: [], pending_operations: [] }));
  expect(whole()).toBe(true);
  keep("proxmox-ha", "frege.json", state());
  expect(whole()).toBe(true);
});

test("begun steps are Pulumi's to tell", () => {
  keep("proxmox-ha", "frege.json", state({ pending_operations: [{ type: "creating" }] }));
  expect(whole()).toBe(false);
});

test("a stack with tags may have steps that nobody has looked at", () => {
  keep("proxmox-ha", "frege.json", state({}));
  keep("proxmox-ha", "frege.pulumi-tags", "{}");
  expect(whole()).toBe(false);
});

test("what is not there, cannot be read, is there twice or lies elsewhere is not known", () => {
  expect(whole()).toBe(false);
  keep("proxmox-ha", "frege.json", '{"version":3,');
  expect(whole()).toBe(false);
  keep("proxmox-ha", "frege.json", state({}));
  keep("another", "frege.json", state({}));
  expect(whole()).toBe(false);
  expect(knownToBeWhole("s3://state", "frege")).toBe(false);
  expect(knownToBeWhole(undefined, "frege")).toBe(false);
});
