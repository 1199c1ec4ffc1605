import type { TokenPlan } from "../../../config/plan/privileges.js";
import type { AclEntry, Realm, Role, User } from "../access-parts.js";
import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";

export interface Accounts {
  readonly users: Fact<readonly User[]>;
  readonly acl: Fact<readonly AclEntry[]>;
  readonly factors: Fact<readonly string[]>;
  readonly realms: Fact<readonly Realm[]>;
  readonly roles: Fact<readonly Role[]>;
}

const ADMINISTRATOR = "Administrator";
const ROOT = "root@pam";

/** Users, tokens and rights of the cluster, which are the same on every member. */
export function judgeAccess(
  { users, acl, factors, realms, roles }: Accounts,
  own: TokenPlan,
  nowMs: number,
): readonly SecurityFinding[] {
  return [
    ...judged(users, { at: "users" }, (all) =>
      judged(acl, { at: "rights" }, (entries) => [
        ...tokensOf(all, entries, own, nowMs),
        ...judged(factors, { at: "second factors" }, (asked) =>
          judged(realms, { at: "realms" }, (known) => administrators(all, entries, asked, known)),
        ),
      ]),
    ),
    ...judged(roles, { at: "roles" }, (all) => ownRole(all, own)),
  ];
}

function isAdministrator(user: User, entries: readonly AclEntry[]): boolean {
  return (
    user.userid === ROOT ||
    entries.some(
      ({ type, ugid, roleid }) =>
        roleid === ADMINISTRATOR &&
        ((type === "user" && ugid === user.userid) ||
          (type === "group" && user.groups.includes(ugid))),
    )
  );
}

function tokensOf(
  users: readonly User[],
  entries: readonly AclEntry[],
  own: TokenPlan,
  nowMs: number,
): readonly SecurityFinding[] {
  return users.flatMap((user) =>
    user.tokens.flatMap((token) => {
      const at = `token ${user.userid}!${token.tokenid}`;
      const words = `${user.userid} ${token.tokenid}`;
      const remove = `\`pveum user token remove ${words}\`, after whoever uses it has another one`;
      const isOwn = user.userid === own.user && token.tokenid === own.tokenName;
      const granted = entries.some(
        ({ type, ugid, roleid }) =>
          type === "token" &&
          ugid === `${user.userid}!${token.tokenid}` &&
          roleid === ADMINISTRATOR,
      );
      const inherits = !token.privsep && isAdministrator(user, entries);
      return [
        ...(granted || inherits
          ? [
              {
                at,
                severity: "error" as const,
                found: granted
                  ? `it has the role ${ADMINISTRATOR}`
                  : `it has all rights of ${user.userid}, an administrator`,
                fix: `Give it a role with what it does (\`pveum acl modify PATH --tokens '${user.userid}!${token.tokenid}' --roles ROLE\`) and take this one away, or ${remove}`,
              },
            ]
          : []),
        ...(isOwn ? [] : endOf(at, token.expire, nowMs, words, remove)),
      ];
    }),
  );
}

/** Proxmox keeps no date of when a token was made, so that its end is all that can be judged of its age. */
function endOf(
  at: string,
  expire: number,
  nowMs: number,
  words: string,
  remove: string,
): readonly SecurityFinding[] {
  if (expire === 0) {
    return [
      {
        at,
        severity: "warning",
        found: "it never ends, and Proxmox does not keep since when there is one",
        fix: `\`pveum user token modify ${words} --expire "$(date -d '+1 year' +%s)"\``,
      },
    ];
  }
  const date = new Date(expire * 1_000).toISOString().slice(0, 10);
  return expire * 1_000 > nowMs
    ? []
    : [{ at, severity: "warning", found: `it ended on ${date} and is still there`, fix: remove }];
}

/** With OpenID Connect the second factor is asked by whoever is logged in with. */
function administrators(
  users: readonly User[],
  entries: readonly AclEntry[],
  asked: readonly string[],
  realms: readonly Realm[],
): readonly SecurityFinding[] {
  return users
    .filter((user) => user.enable && isAdministrator(user, entries))
    .filter(({ userid }) => !asked.includes(userid))
    .filter(({ userid }) => {
      const name = userid.slice(userid.lastIndexOf("@") + 1);
      const realm = realms.find((one) => one.realm === name);
      return realm?.type !== "openid" && realm?.tfa === undefined;
    })
    .map(({ userid }) => ({
      at: `user ${userid}`,
      severity: "warning",
      found: "an administrator who logs in to the web interface without a second factor",
      fix: `Log in there as ${userid}: Datacenter, Permissions, Two Factor, Add TOTP, and then recovery keys, which are kept elsewhere`,
    }));
}

/** Rights that an earlier file needed and this one does not. */
function ownRole(roles: readonly Role[], own: TokenPlan): readonly SecurityFinding[] {
  const needed = own.privileges.map(({ privilege }) => privilege);
  const more = (roles.find(({ roleid }) => roleid === own.role)?.privs ?? []).filter(
    (privilege) => !needed.includes(privilege),
  );
  return more.length === 0
    ? []
    : [
        {
          at: `role ${own.role}`,
          severity: "warning",
          found: `the program's own token may more than the file needs: ${more.join(", ")}`,
          fix: "`npx proxmox-ha up <stack>` gives the role what the file needs",
        },
      ];
}
