import { describe, expect, it } from "vitest";
import type { AclEntry, User } from "../../../../automation/security-drill/access-parts.js";
import { known, unknown } from "../../../../automation/security-drill/fact.js";
import { type Accounts, judgeAccess } from "../../../../automation/security-drill/judge/access.js";

const NOW = Date.parse("2026-12-01T00:00:00Z");
const OWN = {
  user: "proxmox-ha@pve",
  tokenName: "program",
  role: "ProxmoxHaProgram",
  rotation: 0,
  privileges: [{ privilege: "Sys.Audit", reasons: ["reading"] }],
};
const user = (userid: string, change: Partial<User> = {}): User => ({
  userid,
  enable: true,
  expire: 0,
  groups: [],
  tokens: [],
  ...change,
});
const administrator = (type: AclEntry["type"], ugid: string): AclEntry => ({
  path: "/",
  type,
  ugid,
  roleid: "Administrator",
});
const judge = (change: {
  readonly users: readonly User[];
  readonly acl?: readonly AclEntry[];
  readonly factors?: readonly string[];
  readonly roles?: readonly { readonly roleid: string; readonly privs: readonly string[] }[];
}) =>
  judgeAccess(
    {
      users: known(change.users.map((one) => ({ ...one, groups: [...one.groups] }))),
      acl: known(change.acl ?? []),
      factors: known(change.factors ?? []),
      realms: known([
        { realm: "pam", type: "pam" },
        { realm: "pve", type: "pve" },
        { realm: "sso", type: "openid" },
      ]),
      roles: known((change.roles ?? []).map((one) => ({ ...one, privs: [...one.privs] }))),
    },
    OWN,
    NOW,
  );
const LATER = NOW / 1_000 + 86_400;

describe("tokens", () => {
  const token = (change: Partial<User["tokens"][number]> = {}) => ({
    tokenid: "all",
    expire: LATER,
    privsep: true,
    ...change,
  });

  it("are well with an end and rights of their own", () =>
    expect(judge({ users: [user("ops@pve", { tokens: [token()] })] })).toEqual([]));
  it("are an error as administrators", () =>
    expect(
      judge({
        users: [user("ops@pve", { tokens: [token()] })],
        acl: [administrator("token", "ops@pve!all")],
      }),
    ).toMatchObject([{ severity: "error", at: "token ops@pve!all" }]));
  it("are an error with all rights of an administrator, by a group as well", () =>
    expect(
      judge({
        users: [user("ops@pve", { groups: ["admins"], tokens: [token({ privsep: false })] })],
        acl: [administrator("group", "admins")],
        factors: ["ops@pve"],
      }),
    ).toMatchObject([{ severity: "error", found: expect.stringContaining("ops@pve") }]));
  it("are a warning without an end, and past it", () => {
    const found = (expire: number) =>
      judge({ users: [user("ops@pve", { tokens: [token({ expire })] })] });
    expect(found(0)).toMatchObject([
      { severity: "warning", found: expect.stringMatching(/never/) },
    ]);
    expect(found(1)).toMatchObject([
      { severity: "warning", found: "it ended on 1970-01-01 and is still there" },
    ]);
  });
  it("of the program itself need no end, as the file rotates them", () =>
    expect(
      judge({ users: [user(OWN.user, { tokens: [token({ tokenid: "program", expire: 0 })] })] }),
    ).toEqual([]));
});

describe("administrators", () => {
  it("are a warning without a second factor", () =>
    expect(
      judge({
        users: [user("root@pam"), user("ops@pve")],
        acl: [administrator("user", "ops@pve")],
      }),
    ).toMatchObject([
      { severity: "warning", at: "user root@pam" },
      { severity: "warning", at: "user ops@pve" },
    ]));
  it("are well with one, disabled, or asked by whoever they log in with", () =>
    expect(
      judge({
        users: [user("root@pam"), user("off@pve", { enable: false }), user("ops@sso")],
        acl: [administrator("user", "off@pve"), administrator("user", "ops@sso")],
        factors: ["root@pam"],
      }),
    ).toEqual([]));
});

describe("the program's role", () => {
  const role = (...privs: readonly string[]) =>
    judge({ users: [], roles: [{ roleid: OWN.role, privs }] });

  it("is well with what the file needs", () => expect(role("Sys.Audit")).toEqual([]));
  it("is a warning with more", () =>
    expect(role("Sys.Audit", "Sys.Modify")).toMatchObject([
      { severity: "warning", found: expect.stringMatching(/: Sys\.Modify$/) },
    ]));
});

it("what Proxmox did not tell is not known, each by itself", () => {
  const nothing = unknown("no quorum");
  const accounts: Accounts = {
    users: known([user("root@pam")]),
    acl: known([]),
    factors: nothing,
    realms: nothing,
    roles: nothing,
  };
  expect(judgeAccess(accounts, OWN, NOW).map(({ severity, at }) => `${severity} ${at}`)).toEqual([
    "unknown second factors",
    "unknown roles",
  ]);
});
