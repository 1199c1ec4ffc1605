import type { ClusterPlan } from "../../config/plan/index.js";
import { type ExpectedPorts, usesNfs } from "./expected-ports.js";
import type { SecurityFinding } from "./finding.js";
import { judgeAccess } from "./judge/access.js";
import { judgeCertificates } from "./judge/certificates.js";
import { judgePam, judgeRealm } from "./judge/challenge.js";
import { judgePorts } from "./judge/ports.js";
import { judgeSecrets } from "./judge/secrets.js";
import { judgeOffers, judgeSshd } from "./judge/ssh.js";
import { judgeUpdates } from "./judge/updates.js";
import type { HostSight } from "./observe.js";

export type JudgedSight = HostSight & { readonly expected: readonly ExpectedPorts[] };
type Wishes = Pick<ClusterPlan, "nodes" | "storages" | "token" | "secondFactor">;

/** All that is to be said of the hosts, and of the cluster by the first of them that tells. */
export function judgeSight(
  sights: readonly JudgedSight[],
  wishes: Wishes,
  nowMs: number,
): readonly SecurityFinding[] {
  const teller =
    sights.find(({ accounts }) => accounts.users.known && accounts.acl.known) ?? sights[0];
  return [
    ...sights.flatMap((sight) => ofHost(sight, wishes, nowMs)),
    ...(teller === undefined
      ? []
      : [
          ...judgeAccess(teller.accounts, wishes.token, nowMs),
          ...judgeRealm(teller.accounts.realms, wishes.secondFactor),
        ]),
  ];
}

function ofHost(
  sight: JudgedSight,
  { nodes, storages, secondFactor }: Wishes,
  nowMs: number,
): readonly SecurityFinding[] {
  const { node, expected } = sight;
  const port = nodes.find(({ name }) => name === node)?.connection.port ?? 22;
  return [
    ...judgeSshd(node, sight.sshd, secondFactor),
    ...judgeOffers(node, port, sight.offered, secondFactor),
    ...judgePorts(node, sight, expected, usesNfs(storages)),
    ...judgeCertificates(node, sight.certificates, nowMs),
    ...judgeSecrets(node, sight.secrets),
    ...judgeUpdates(node, sight.updates),
    ...judgePam(node, sight.duo, secondFactor),
  ];
}
