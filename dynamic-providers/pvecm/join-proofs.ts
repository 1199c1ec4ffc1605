import { Failure } from "../../config/failure/failure.js";
import { reasonsOfEach } from "../health/condition.js";
import { formedMember } from "../health/member.js";
import type { MembershipFacts } from "../membership/facts.js";
import { observeUnsettled } from "../membership/observe.js";
import { look } from "../shell/shell.js";
import { until } from "../shell/until.js";
import type { JoinWish } from "./join-decision.js";
import type { JoinHosts, JoinPolicy } from "./join-hosts.js";
import { exchangeScript, parseExchange, planExchange } from "./udp-exchange.js";

/** Corosync's datagrams must pass in both directions before anything is written. */
export async function proveUdp(
  wish: JoinWish,
  hosts: JoinHosts,
  policy: JoinPolicy,
): Promise<void> {
  const plan = planExchange(
    { name: wish.node, links: wish.links },
    hosts.members.map(({ shell, links }) => ({ name: shell.node, links })),
    policy.firstUdpPort,
  );
  const nonce = policy.nonce();
  const shells = [hosts.joiner, ...hosts.members.map(({ shell }) => shell)];
  const results = await Promise.all(
    shells.map(async (shell) => {
      const exchange = plan.get(shell.node) ?? { sends: [], expects: [] };
      const said = await look(shell, {
        script: exchangeScript(exchange, nonce, 6),
        timeoutMs: 30_000,
        verb: "prove corosync's network paths",
        doNext: "Mend this, then run `pulumi up` again; nothing was changed.",
      });
      return { shell, said, missing: parseExchange(said) };
    }),
  );
  for (const { shell, said, missing } of results) {
    if (missing === undefined) {
      throw new Failure("refused", {
        tried: "proving corosync's network paths",
        where: shell.node,
        cameBack: said.trim() || "no report",
        doNext: "Mend this, then run `pulumi up` again; nothing was changed.",
      });
    }
  }
  const blocked = results.flatMap(({ shell, missing }) =>
    (missing ?? []).map(({ from, to, port }) => `${from} -> ${to} UDP ${port} (at ${shell.node})`),
  );
  if (blocked.length > 0) {
    throw new Failure("refused", {
      tried: `joining ${wish.node} to ${wish.cluster}`,
      where: wish.node,
      cameBack: `corosync's datagrams do not arrive: ${blocked.join("; ")}`,
      doNext:
        "Open these paths (cables, VLANs, packet filters). A join without them would hang for ever; nothing was changed.",
    });
  }
}

export async function proveMember(
  wish: JoinWish,
  hosts: JoinHosts,
  policy: JoinPolicy,
): Promise<void> {
  const members = [...hosts.members.map(({ shell }) => shell.node), wish.node];
  const shells = [hosts.joiner, ...hosts.members.map(({ shell }) => shell)];
  const againstMembers = (all: readonly MembershipFacts[]): string[] =>
    reasonsOfEach(
      all.flatMap((facts) =>
        formedMember(facts.hostName, facts, { cluster: wish.cluster, members }),
      ),
    );
  const waited = await until(
    () => Promise.all(shells.map((shell) => observeUnsettled(shell, members))),
    (all) => againstMembers(all).length === 0,
    { deadlineMs: policy.deadlineMs, everyMs: 1_500, clock: policy.clock },
  );
  if (!waited.ok) {
    throw new Failure("failed", {
      tried: `proving that ${wish.node} is a full member of ${wish.cluster}`,
      where: wish.node,
      cameBack: `after ${Math.round(waited.waitedMs / 1000)} s: ${againstMembers(waited.last).join("; ")}`,
      doNext:
        "The node has joined. Mend what is named, then run `pulumi up` again; it goes on from here.",
    });
  }
}
