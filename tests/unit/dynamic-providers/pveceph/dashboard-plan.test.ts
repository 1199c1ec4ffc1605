import { describe, expect, it } from "vitest";
import {
  type DashboardFacts,
  elsewhere,
  planDashboard,
} from "../../../../dynamic-providers/pveceph/dashboard/plan.js";
import { cephDashboardInputs } from "../../../../dynamic-providers/pveceph/dashboard/schema.js";
import type { FoundUser } from "../../../../dynamic-providers/pveceph/dashboard/sight.js";
import { FREGE } from "../../../support/connection.js";

const wanted = cephDashboardInputs.parse({
  cluster: "trio",
  connection: FREGE,
  port: 8443,
  standby: "refuse",
  addresses: { adele: "10.0.0.11", berta: "10.0.0.12" },
  users: [{ name: "viewer", role: "read-only", password: { env: "WORD" } }],
});
const there: Extract<FoundUser, { state: "there" }> = {
  state: "there",
  roles: ["read-only"],
  enabled: true,
  password: "same",
};
const row = (name: string, value: string) => ({ section: "mgr", name, value });
const SET = [
  row("mgr/dashboard/adele/server_addr", "10.0.0.11"),
  row("mgr/dashboard/berta/server_addr", "10.0.0.12"),
  row("mgr/dashboard/standby_behaviour", "error"),
];
const facts = (changes: Partial<DashboardFacts> = {}): DashboardFacts => ({
  enabled: true,
  stored: SET,
  certificate: { fingerprint: "AA:BB", fits: true, lasts: true },
  wantedFingerprint: undefined,
  users: { viewer: there },
  activeManager: "berta",
  url: "https://10.0.0.12:8443/",
  ...changes,
});
const shown = (changes: Partial<DashboardFacts>) =>
  planDashboard(wanted, facts(changes)).map(
    ({ kind, path, from, to }) => `${kind} ${path}: ${from} -> ${to}`,
  );

describe("the page of Ceph's managers", () => {
  it("that is as wanted stays", () => {
    expect(shown({})).toEqual([]);
    expect(planDashboard(undefined, facts())).toEqual([]);
  });

  it("gets the addresses of all managers before it is switched on", () => {
    expect(shown({ enabled: false, stored: [], url: undefined })).toEqual([
      "add addresses.adele: Ceph's own -> 10.0.0.11",
      "add addresses.berta: Ceph's own -> 10.0.0.12",
      "add standby: Ceph's own -> error",
      "add module: off -> on",
    ]);
  });

  it.each([
    [{ fits: false, lasts: true }, "its key is another one's"],
    [{ fits: true, lasts: false }, "it ends within a month"],
  ])("gets another certificate where %j", (certificate, why) => {
    expect(shown({ certificate: { fingerprint: "AA:BB", ...certificate } })).toEqual([
      `change certificate: ${why} -> one made on the host`,
    ]);
  });

  it("keeps the file's certificate to its last day, for only the file has another", () => {
    expect(
      shown({
        wantedFingerprint: "AA:BB",
        certificate: { fingerprint: "AA:BB", fits: true, lasts: false },
      }),
    ).toEqual([]);
    expect(shown({ wantedFingerprint: "CC:DD" })).toEqual([
      "change certificate: SHA-256 AA:BB -> one made on the host",
    ]);
  });

  it.each<[FoundUser, string[]]>([
    [{ state: "absent" }, ["add users.viewer: absent -> read-only"]],
    [
      { ...there, roles: ["administrator", "read-only"] },
      ["change users.viewer.role: administrator, read-only -> read-only"],
    ],
    [
      { ...there, password: "different" },
      ["change users.viewer.password: another one -> the wanted one"],
    ],
    [{ ...there, password: "not compared" }, []],
    [{ ...there, enabled: false }, ["change users.viewer: shut out -> let in"]],
  ])("with the user %j", (viewer, changes) => {
    expect(shown({ users: { viewer } })).toEqual(changes);
  });

  it("that still listens where it was is started again", () => {
    expect(shown({ url: "https://10.0.0.12:9443/" })).toEqual([
      "change page: https://10.0.0.12:9443/ -> https://10.0.0.12:8443/",
    ]);
  });

  it("is judged by the address of the manager that is active, in either family", () => {
    const six = { addresses: { adele: "fd00::1" }, port: 8443 };
    const at = (url: string | undefined, activeManager = "adele") =>
      elsewhere({ ...wanted, ...six }, { activeManager, url })?.wanted;
    expect(at("https://[fd00::1]:8443/")).toBeUndefined();
    expect(at("https://[::]:8443/")).toBe("https://[fd00::1]:8443/");
    expect(at(undefined)).toBeUndefined();
    expect(at("https://10.9.9.9:8443/", "somebody")).toBeUndefined();
  });
});
