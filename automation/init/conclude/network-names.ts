import type { Attachment, Group } from "./attachments.js";

/** What a network is used for decides its name. */
export interface Uses {
  /** Networks in which links of corosync have their addresses. */
  readonly corosync: readonly string[];
  readonly cephPublic: string | undefined;
  readonly cephCluster: string | undefined;
  readonly migration: string | undefined;
}

/** Where the names of the hosts lead to; else where they were asked, or where they have their gateway. */
export function managementOf(groups: readonly Group[]): Group | undefined {
  const by = (fits: (one: Attachment) => boolean) => groups.find(({ all }) => all.every(fits));
  return (
    by(({ host, address }) => host.membership.ownAddress === address) ??
    by(({ host, address }) => host.address === address) ??
    by(({ carrier }) => carrier.gateway !== undefined) ??
    groups[0]
  );
}

export function namesFor(
  groups: readonly Group[],
  management: Group | undefined,
  uses: Uses,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (cidr: string, wished: string): void => {
    let name = wished;
    for (let at = 2; taken.has(name); at += 1) {
      name = `${wished}${at}`;
    }
    taken.add(name);
    names.set(cidr, name);
  };
  if (management !== undefined) {
    give(management.cidr, "management");
  }
  for (const { cidr, all } of groups.filter((one) => one !== management)) {
    const [first] = all;
    const tag = first?.carrier.tag;
    give(
      cidr,
      [uses.cephPublic, uses.cephCluster].includes(cidr)
        ? "storage"
        : uses.corosync.includes(cidr)
          ? "corosync"
          : uses.migration === cidr
            ? "migration"
            : tag === undefined
              ? "network"
              : `vlan${tag}`,
    );
  }
  return names;
}
