import { Failure } from "../../config/failure/failure.js";
import type { Host } from "../kit/runtime.js";
import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { type MembershipFacts, membershipScript, parseMembershipFacts } from "./facts.js";

const FACTS_TIMEOUT_MS = 30_000;

/** Reads one host's view. */
export async function observe(
  shell: HostShell,
  names: readonly string[],
): Promise<MembershipFacts> {
  const said = await look(shell, {
    script: membershipScript(names),
    timeoutMs: FACTS_TIMEOUT_MS,

    verb: "read cluster membership",
  });
  const facts = parseMembershipFacts(said);
  if (facts.hostName === "") {
    throw new Failure("failed", {
      tried: "reading the cluster membership",
      where: shell.node,
      cameBack: "the host does not say its name",
      doNext: "Check that the host answers over ssh and runs Proxmox VE.",
    });
  }
  return facts;
}

/**
 * One host's view for a refresh. It concerns members only, for whom it does not matter any more how names resolve, so every
 * resource that wants it shares one question, however many members there are.
 */
export function observeOnce(host: Host): Promise<MembershipFacts> {
  return host.once("membership", () => observe(host, []));
}

/** What keeps a host from being a full member of a healthy cluster, in words; empty when nothing does. */
export function complaints(
  facts: MembershipFacts,
  wish: {
    readonly cluster: string;
    readonly members: readonly string[];
    readonly votes: number;
  },
): string[] {
  const nodeVotes = facts.votes.present - facts.votes.device;
  const missing = wish.members.filter((name) => facts.members[name]?.online !== true);
  return [
    ...(facts.conf?.clusterName === wish.cluster
      ? []
      : [
          `is in ${facts.conf === undefined ? "no cluster" : `the cluster ${facts.conf.clusterName}`}`,
        ]),
    ...(facts.quorate ? [] : ["has no quorum"]),
    ...(nodeVotes === wish.votes ? [] : [`counts ${nodeVotes} of ${wish.votes} votes of nodes`]),
    ...(missing.length === 0 ? [] : [`does not see ${missing.join(", ")} online`]),
    ...(facts.linksDown.length === 0 ? [] : [`has links down: ${facts.linksDown.join(", ")}`]),
    ...(facts.etcPveWritable ? [] : ["cannot write /etc/pve"]),
    ...(facts.pveproxyActive ? [] : ["has no running pveproxy"]),
    ...(facts.conf?.configVersion === facts.localConf?.configVersion
      ? []
      : [
          `runs corosync configuration ${facts.localConf?.configVersion ?? "none"} while the cluster has ${facts.conf?.configVersion ?? "none"}`,
        ]),
  ];
}
