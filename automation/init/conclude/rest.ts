import type { FoundDisk } from "../../../dynamic-providers/pveceph/disks.js";
import type { Margin } from "../margin.js";
import { isFormed, type Sight } from "../sight.js";

/** What was seen and no other conclusion has a field for. */
export function tellRest(sight: Sight, margin: Margin): void {
  const { hosts, cluster } = sight;
  for (const sid of cluster.ha.guests) {
    const [kind, id] = sid.split(":");
    margin.leave(
      `${kind === "vm" ? "The virtual machine" : "The container"} ${id}. A run changes only guests that the file names; \`guests\` in docs/configuration.md says how.`,
    );
  }
  for (const { id, schedule, storage } of cluster.jobs) {
    margin.leave(
      `The backup job ${id}${schedule === undefined ? "" : ` at ${schedule}`}${storage === undefined ? "" : ` to ${storage}`}.`,
    );
  }
  for (const { node, accounts, leftFiles, disks } of hosts) {
    if (accounts.length > 0) {
      margin.leave(`the accounts ${accounts.join(", ")} (\`base.users\`).`, node);
    }
    for (const file of leftFiles) {
      margin.leave(`${file}, of an earlier stack file (\`base\`).`, node);
    }
    const free = (disks ?? []).filter(({ used }) => used === undefined);
    if (free.length > 0) {
      margin.leave(
        `disks with nothing on them: ${free.map(described).join(", ")}. \`ceph.osds\` may take them.`,
        node,
      );
    }
  }
  // Members share their /etc/pve; what others have of their own is told by what a join would lose.
  for (const line of hosts[0]?.membership.ownConfiguration ?? []) {
    if (/^(domains\.cfg|firewall|sdn\/(zones|vnets)|mapping)/.test(line)) {
      margin.leave(line);
    }
  }
  tellLosses(sight, margin);
}

function described({ device, names, model, sizeBytes }: FoundDisk): string {
  const kind = [model, `${(sizeBytes / 1e9).toFixed(0)}GB`].filter((word) => word !== "");
  return `${names[0] ?? device} (${kind.join(", ")})`;
}

/** What a host has of its own is lost when it joins the cluster of another one; the founder keeps what it has. */
function tellLosses(sight: Sight, margin: Margin): void {
  if (isFormed(sight)) {
    return;
  }
  for (const { node, membership } of sight.hosts.slice(1)) {
    const own = [...membership.ownConfiguration, ...membership.guests.map((id) => `guest ${id}`)];
    if (own.length > 0) {
      margin.warn(
        `a join would throw away what is there (\`doctor\` says what to do): ${own.join("; ")}.`,
        node,
      );
    }
  }
}
