import type { SecondFactor } from "../../../config/plan/second-factor.js";
import type { Realm } from "../access-parts.js";
import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";

const NOBODY = "This version does not apply `identity`";

/** A realm through OpenID Connect, where the file asks for one. */
export function judgeRealm(
  fact: Fact<readonly Realm[]>,
  wanted: SecondFactor | undefined,
): readonly SecurityFinding[] {
  if (wanted !== "duo-openid") {
    return [];
  }
  const place = { at: "identity.duo.oidc" };
  return judged(fact, place, (realms): readonly SecurityFinding[] => {
    const found = realms.filter(({ type }) => type === "openid").map(({ realm }) => realm);
    return found.length === 0
      ? [
          {
            ...place,
            severity: "error",
            found:
              "the file asks for Duo, and there is no realm through OpenID Connect: nobody is asked for a second factor by it",
            fix: `${NOBODY}: make the realm by hand (\`pveum realm add duo --type openid --issuer-url ISSUER --client-id ID\`), or take the section out of the file`,
          },
        ]
      : [
          {
            ...place,
            severity: "unknown",
            found: `not known: the realm ${found.join(", ")} is there, and whether a login by it is asked for a second factor shows only in a login`,
            fix: "Log in by it once and see the challenge",
          },
        ];
  });
}

/** Duo's module in PAM, on each host. */
export function judgePam(
  node: string,
  fact: Fact<readonly string[]>,
  wanted: SecondFactor | undefined,
): readonly SecurityFinding[] {
  if (wanted !== "duo-pam") {
    return [];
  }
  const place = { node, at: "identity.duo.pam" };
  return judged(fact, place, (services): readonly SecurityFinding[] =>
    services.includes("/etc/pam.d/proxmox-ve-auth")
      ? []
      : [
          {
            ...place,
            severity: "error",
            found:
              "the file asks for Duo, and /etc/pam.d/proxmox-ve-auth does not: nobody is asked for a second factor by it",
            fix: `${NOBODY}: set libpam-duo up by hand in that file of ${node}, with a second login open, or take the section out of the file`,
          },
        ],
  );
}
