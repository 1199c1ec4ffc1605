import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownToBeWhole, recordedCephNames } from "../../../automation/engine/folder-records.js";

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

const NAMES = { pools: ["vm-disks"], kinds: { "vm-disks": "copies, for rbd" }, filesystems: [] };
const withRoster = (outputs: object, name = "ceph-roster"): string =>
  state({
    resources: [
      { urn: "urn:pulumi:frege::proxmox-ha::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack" },
      { urn: `urn:pulumi:frege::proxmox-ha::pulumi-nodejs:dynamic/p:R::${name}`, outputs },
    ],
  });
const named = (env: NodeJS.ProcessEnv = { PULUMI_BACKEND_URL: `file://${folder}` }) =>
  recordedCephNames(env, "frege");

test("what the last run wanted of Ceph is read from the state, without anything else of it", () => {
  keep("proxmox-ha", "frege.json", withRoster({ ...NAMES, cluster: "ms01", drift: [] }));
  expect(named()).toEqual(NAMES);
  expect(recordedCephNames({ PULUMI_BACKEND_URL: `file://${folder}` }, "pve1")).toBeUndefined();
});

test("an earlier version did not write kinds down", () => {
  keep("proxmox-ha", "frege.json", withRoster({ pools: ["a"], filesystems: ["b"] }));
  expect(named()).toEqual({ pools: ["a"], kinds: {}, filesystems: ["b"] });
});

test("a state without Ceph, of another form or in another place has no names, and no folder is made", () => {
  expect(named()).toBeUndefined();
  keep("proxmox-ha", "frege.json", withRoster(NAMES, "guests-roster"));
  expect(named()).toBeUndefined();
  keep("proxmox-ha", "frege.json", withRoster({ pools: "all" }));
  expect(named()).toBeUndefined();
  keep("proxmox-ha", "frege.json", withRoster(NAMES));
  expect(named({ PULUMI_BACKEND_URL: "s3://states" })).toBeUndefined();
  const nowhere = path.join(folder, "nowhere");
  expect(named({ PROXMOX_HA_STATE: nowhere })).toBeUndefined();
  expect(existsSync(nowhere)).toBe(false);
});

test("without a back-end of the user's own the state lies where the program keeps it", () => {
  const states = path.join(folder, "pulumi", ".pulumi", "stacks", "proxmox-ha");
  mkdirSync(states, { recursive: true });
  writeFileSync(path.join(states, "frege.json"), withRoster(NAMES));
  expect(named({ PROXMOX_HA_STATE: folder })).toEqual(NAMES);
  expect(named({ PROXMOX_HA_STATE: folder, PULUMI_BACKEND_URL: "s3://states" })).toBeUndefined();
});
