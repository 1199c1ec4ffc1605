import { Failure } from "../../config/failure/failure.js";
import type { Host } from "../kit/runtime.js";
import { MOUNT_FIRST } from "../shell/etc-pve.js";
import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { type MembershipFacts, membershipScript, parseMembershipFacts } from "./facts.js";

const FACTS_TIMEOUT_MS = 30_000;

/** Reads one host's view. One that cannot tell its cluster is no host in no cluster: the look fails. */
export async function observe(
  shell: HostShell,
  names: readonly string[],
): Promise<MembershipFacts> {
  const facts = await observeUnsettled(shell, names);
  if (facts.unread !== undefined) {
    throw new Failure("failed", {
      tried: "reading the cluster membership",
      where: shell.node,
      cameBack: facts.unread,
      doNext: MOUNT_FIRST,
    });
  }
  return facts;
}

/** The same while a founding, a join or a start is under way, when /etc/pve comes and goes; whoever asks judges `unread`. */
export async function observeUnsettled(
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
