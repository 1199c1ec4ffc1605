import { Failure } from "../../config/failure/failure.js";
import { reasons } from "../health/condition.js";
import { quorum } from "../health/member.js";
import { spareForGood } from "../health/spare.js";
import type { CorosyncNode } from "../membership/corosync-conf.js";
import type { MembershipFacts } from "../membership/facts.js";
import { observe } from "../membership/observe.js";
import { type Clock, endOfOutput, expectSuccess, type HostShell } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { look } from "../transport/ssh/look.js";
import { sh } from "../transport/ssh/quoting.js";
import type { Objection } from "./old-machine.js";

export interface RemovalWish {
  readonly cluster: string;
  readonly node: string;
  /** What else has to let a node go that is off, before its vote goes. */
  readonly letGo?: () => Promise<void>;
}

/** What stands against removing a node; empty when nothing does. */
export function objectionsToRemoval(
  wish: RemovalWish,
  rest: MembershipFacts,
  roles: readonly string[],
): string[] {
  const leaving = rest.conf?.nodes.find((node) => node.name === wish.node);
  if (leaving === undefined) {
    return [];
  }
  return [
    ...reasons([quorum("the cluster", rest), spareForGood(leaving, rest)]),
    ...roles.map((role) => `${wish.node} still has ${role}`),
  ];
}

/** Reads the guests that must have left a node before it goes. */
export function rolesScript(node: string): string {
  return [
    "export LC_ALL=C",
    sh`for f in /etc/pve/nodes/${node}/qemu-server/*.conf; do test -e "$f" && echo "guest vm:$(basename "$f" .conf)"; done`,
    sh`for f in /etc/pve/nodes/${node}/lxc/*.conf; do test -e "$f" && echo "guest ct:$(basename "$f" .conf)"; done`,
    "true",
  ].join("\n");
}

export async function remove(
  wish: RemovalWish,
  peer: HostShell,
  /** pvecm kills a running peer first in a cluster of two, loses the quorum with it and stops half-way. */
  seeOff: (leaving: CorosyncNode, member: boolean) => Promise<Objection | undefined>,
  policy: { readonly deadlineMs: number; readonly clock: Clock },
): Promise<"removed" | "absent"> {
  const facts = await observe(peer, []);
  if (facts.conf !== undefined && facts.conf.clusterName !== wish.cluster) {
    throw new Failure("refused", {
      tried: `removing ${wish.node} from ${wish.cluster}`,
      where: peer.node,
      cameBack: `${peer.node} belongs to the cluster ${facts.conf.clusterName}`,
      doNext: "Correct the stack file.",
    });
  }
  const leaving = facts.conf?.nodes.find((node) => node.name === wish.node);
  if (leaving === undefined) {
    if (!facts.certified.includes(wish.node)) {
      return "absent";
    }
    // A run before this one was cut after it had taken the vote.
    await clearTraces(wish, [], peer);
    return "removed";
  }
  const addresses = Object.values(leaving.links);
  const roles = await look(peer, {
    script: rolesScript(wish.node),
    timeoutMs: 30_000,
    verb: `read the roles of ${wish.node}`,
  });
  const against = objectionsToRemoval(
    wish,
    facts,
    roles.split("\n").filter((line) => line.trim() !== ""),
  );
  refuse(
    wish,
    peer,
    against,
    "The membership is as it was. Put this right, then run `pulumi up` again.",
  );
  // Last, because nothing is switched off that does not leave.
  const running = await seeOff(leaving, facts.members[wish.node]?.online === true);
  refuse(wish, peer, running === undefined ? [] : [running.why], running?.doNext ?? "");
  await wish.letGo?.();
  const result = await peer.run(sh`export LC_ALL=C; pvecm delnode ${wish.node} 2>&1`, {
    timeoutMs: 120_000,
    repeatable: false,
    verb: `remove ${wish.node}`,
  });
  const gone = await until(
    () => observe(peer, []),
    (now) => now.quorate && !now.conf?.nodes.some((node) => node.name === wish.node),
    { deadlineMs: policy.deadlineMs, everyMs: 1_000, clock: policy.clock },
  );
  if (!gone.ok) {
    throw new Failure("failed", {
      tried: `removing ${wish.node} from ${wish.cluster}`,
      where: peer.node,
      cameBack: `pvecm said: ${endOfOutput(result)}; the node is ${gone.last.quorate ? "still listed" : "gone, but the cluster has no quorum"}`,
      doNext: "Check `pvecm status`, then run `pulumi up` again.",
    });
  }
  await clearTraces(wish, addresses, peer);
  return "removed";
}

function refuse(
  wish: RemovalWish,
  peer: HostShell,
  against: readonly string[],
  doNext: string,
): void {
  if (against.length > 0) {
    throw new Failure("refused", {
      tried: `removing ${wish.node} from ${wish.cluster}`,
      where: peer.node,
      cameBack: `refused: ${against.join("; ")}`,
      doNext,
    });
  }
}

/**
 * What `pvecm delnode` leaves behind: a key that still opens every member, certificates, and host keys that would make
 * peers refuse the next machine of this name.
 */
export async function clearTraces(
  wish: RemovalWish,
  addresses: readonly string[],
  peer: HostShell,
): Promise<void> {
  const cleared = await peer.run(tracesScript(wish.node, addresses), {
    timeoutMs: 60_000,
    repeatable: true,
    verb: `clear the traces of ${wish.node}`,
  });
  expectSuccess(cleared, {
    tried: `clearing what ${wish.node} left in ${wish.cluster}`,
    node: peer.node,
    doNext: `The node has left the cluster. Remove /etc/pve/nodes/${wish.node} and its line in /etc/pve/priv/authorized_keys by hand.`,
  });
}

/** Guests have left the folder before, so only what belonged to the machine itself is in it. */
function tracesScript(node: string, addresses: readonly string[]): string {
  return [
    "set -e",
    "export LC_ALL=C",
    sh`d=/etc/pve/nodes/${node}`,
    'for f in "$d"/qemu-server/*.conf "$d"/lxc/*.conf; do test ! -e "$f" || { echo "guest $f has come back" >&2; exit 1; }; done',
    'rm -rf "$d"',
    "keys=/etc/pve/priv/authorized_keys",
    sh`own=${` root@${node}$`}; if grep -q "$own" "$keys" 2>/dev/null; then grep -v "$own" "$keys" > "$keys.new" || true; mv "$keys.new" "$keys"; fi`,
    "for known in /etc/pve/priv/known_hosts /root/.ssh/known_hosts; do",
    sh`  for name in ${[node, ...addresses]}; do`,
    // On the cluster's file system no backup can be linked, so the lines are filtered by hand.
    `    if test -s "$known" && ssh-keygen -F "$name" -f "$known" >/dev/null; then cp "$known" /run/proxmox-ha-known; ssh-keygen -q -R "$name" -f /run/proxmox-ha-known >/dev/null 2>&1; cat /run/proxmox-ha-known > "$known"; rm -f /run/proxmox-ha-known /run/proxmox-ha-known.old; fi`,
    "  done",
    "done",
  ].join("\n");
}
