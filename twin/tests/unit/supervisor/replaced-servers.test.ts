import { expect, it } from "vitest";
import { replacedServers } from "../../../supervisor/replaced-servers.js";

const bmc = (kind: "amt" | "redfish" | "ipmi") => ({
  node: "hume",
  kind,
  address: "192.0.2.21",
  port: 443,
  user: "fence",
  password: { kind: "env" as const, name: "BMC" },
  uuid: "11111111-2222-4333-8444-555555555555",
  hostname: "hume",
});
const installerPassword = { kind: "env" as const, name: "ROOT" };
const nothing = { bmcs: [], pbs: [], secrets: { installerPassword, all: [] } };

it("a plan without servers of a site replaces none", () => {
  expect(replacedServers(nothing)).toEqual([]);
});

it("each kind of controller is told once, and no other", () => {
  const bmcs = [bmc("redfish"), bmc("redfish"), bmc("ipmi")];
  expect(replacedServers({ ...nothing, bmcs }).map(({ what }) => what)).toEqual([
    "Redfish controllers",
    "IPMI controllers",
  ]);
});

it("the parameter store and the backup server are told", () => {
  const ssm = { region: "us-west-2", prefix: "/pve1" };
  const pbs = { name: "pbs1", address: "192.0.2.98", datastores: [], accounts: [] };
  const told = replacedServers({
    bmcs: [],
    pbs: [pbs, { ...pbs, name: "pbs2", pinned: "AA:BB" }],
    secrets: { ssm, installerPassword, all: [] },
  });
  expect(told.map(({ what }) => what)).toEqual([
    "AWS Systems Manager",
    "Proxmox Backup Server pbs1",
    "Proxmox Backup Server pbs2",
  ]);
  expect(told.map(({ by }) => by.includes("the file pins"))).toEqual([false, false, true]);
});
