import type { RedfishBmcConfig } from "../config.js";
import type { Resource } from "./answers.js";
import { link, ROOT } from "./resources.js";

export function accountService({
  lockout,
  basicAuth,
}: Pick<RedfishBmcConfig, "lockout" | "basicAuth">): Resource {
  return {
    "@odata.id": `${ROOT}/AccountService`,
    "@odata.type": "#AccountService.v1_13_0.AccountService",
    Id: "AccountService",
    Name: "Account Service",
    ServiceEnabled: true,
    HTTPBasicAuth: basicAuth ? "Enabled" : "Disabled",
    AccountLockoutThreshold: lockout.threshold,
    AccountLockoutDuration: lockout.seconds,
    AccountLockoutCounterResetAfter: lockout.seconds,
    Accounts: link("AccountService/Accounts"),
    Roles: link("AccountService/Roles"),
  };
}

export function account(user: string, mayControl: boolean, locked: boolean): Resource {
  const role = mayControl ? "Operator" : "ReadOnly";
  return {
    "@odata.id": `${ROOT}/AccountService/Accounts/1`,
    "@odata.type": "#ManagerAccount.v1_11_0.ManagerAccount",
    Id: "1",
    Name: "User Account",
    UserName: user,
    RoleId: role,
    Enabled: true,
    Locked: locked,
    Password: null,
    Links: { Role: link(`AccountService/Roles/${role}`) },
  };
}

const privileges: Readonly<Record<string, readonly string[]>> = {
  Administrator: [
    "Login",
    "ConfigureManager",
    "ConfigureUsers",
    "ConfigureComponents",
    "ConfigureSelf",
  ],
  Operator: ["Login", "ConfigureComponents", "ConfigureSelf"],
  ReadOnly: ["Login", "ConfigureSelf"],
};

export const roleIds: readonly string[] = Object.keys(privileges);

export function role(id: string): Resource {
  return {
    "@odata.id": `${ROOT}/AccountService/Roles/${id}`,
    "@odata.type": "#Role.v1_3_1.Role",
    Id: id,
    Name: `${id} Role`,
    RoleId: id,
    IsPredefined: true,
    AssignedPrivileges: privileges[id] ?? [],
  };
}

export function sessionService(): Resource {
  return {
    "@odata.id": `${ROOT}/SessionService`,
    "@odata.type": "#SessionService.v1_1_8.SessionService",
    Id: "SessionService",
    Name: "Session Service",
    ServiceEnabled: true,
    SessionTimeout: 300,
    Sessions: link("SessionService/Sessions"),
  };
}

export function session(id: string, user: string): Resource {
  return {
    "@odata.id": `${ROOT}/SessionService/Sessions/${id}`,
    "@odata.type": "#Session.v1_5_0.Session",
    Id: id,
    Name: "User Session",
    UserName: user,
  };
}
