import { badInput } from "../../../config/failure/failure.js";
import { list } from "../../../config/findings/enumeration.js";
import type { SeenHost } from "../sight.js";
import type { HostFacts } from "./host-facts.js";

/** Which host is which node, in the order of their ids; or why these hosts are no one cluster. */
export function identified(facts: readonly HostFacts[]): SeenHost[] {
  for (const { address, membership } of facts) {
    if (membership.pveVersion === "") {
      throw badInput(
        `No Proxmox VE was found on ${address}.`,
        "Name hosts that run it; without one, leave out `--from`.",
      );
    }
    if (membership.unread !== undefined) {
      throw badInput(
        `${membership.hostName} (${address}) cannot tell whether it is in a cluster: ${membership.unread}.`,
        "Mend that first: `systemctl status pve-cluster corosync` there.",
      );
    }
  }
  noHostTwice(facts);
  oneOf(
    facts,
    "major version of Proxmox VE",
    ({ membership }) => membership.pveVersion.split(".")[0],
  );
  oneOf(facts, "cluster", ({ membership }) => membership.conf?.clusterName);
  const conf = facts.flatMap(({ membership }) => membership.conf ?? [])[0];
  const names = facts.map(({ membership }) => membership.hostName);
  const missing = (conf?.nodes ?? []).filter(({ name }) => !names.includes(name));
  if (conf !== undefined && missing.length > 0) {
    throw badInput(
      `The cluster ${conf.clusterName} has further members: ${list(missing.map(({ name, links }) => `${name} (${links[0] ?? "no address"} on its first link)`))}.`,
      "Name an address of every member by `--from`. One that is gone for good leaves by `pvecm delnode` first.",
    );
  }
  const taken = new Set((conf?.nodes ?? []).map(({ nodeid }) => nodeid));
  let next = 1;
  const free = (): number => {
    while (taken.has(next)) {
      next += 1;
    }
    taken.add(next);
    return next;
  };
  return facts
    .map((host) => {
      const node = host.membership.hostName;
      const own = conf?.nodes.find(({ name }) => name === node)?.nodeid;
      return { ...host, node, id: own ?? free() };
    })
    .toSorted((a, b) => a.id - b.id);
}

function noHostTwice(facts: readonly HostFacts[]): void {
  for (const [at, { address, membership }] of facts.entries()) {
    const before = facts
      .slice(0, at)
      .find((one) => one.membership.hostName === membership.hostName);
    if (before !== undefined) {
      throw badInput(
        `${before.address} and ${address} both call themselves ${membership.hostName}.`,
        "Name each host once; two hosts of one name cannot be in one cluster.",
      );
    }
  }
}

function oneOf(
  facts: readonly HostFacts[],
  what: string,
  of: (host: HostFacts) => string | undefined,
): void {
  const said = facts.flatMap((host) => {
    const value = of(host);
    return value === undefined ? [] : [{ name: host.membership.hostName, value }];
  });
  if (new Set(said.map(({ value }) => value)).size > 1) {
    throw badInput(
      `The hosts have more than one ${what}: ${list(said.map(({ name, value }) => `${name} ${value}`))}.`,
      "A stack file is one cluster; name the hosts of one.",
    );
  }
}
