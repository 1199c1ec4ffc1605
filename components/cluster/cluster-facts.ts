import * as pulumi from "@pulumi/pulumi";
import type { CorosyncPlan } from "../../config/plan/corosync.js";
import type { Cluster } from "../../dynamic-providers/pvecm/cluster/resource.js";
import type { Links } from "../../dynamic-providers/pvecm/links/resource.js";
import type { Member } from "../../dynamic-providers/pvecm/member/resource.js";

/** What another node or another program has to know of a formed cluster. What the plan says is known in a preview too. */
export interface ClusterFacts {
  /** Where a further node asks to join, and the certificate that it finds there. */
  readonly joinAddress: string;
  readonly fingerprint: pulumi.Output<string>;
  /** SHA-256 of each node's certificate. */
  readonly fingerprints: pulumi.Output<Record<string, string>>;
  /** Of each node at the last look: an upgrade shows after the next refresh. */
  readonly versions: pulumi.Output<Record<string, { proxmox: string; corosync: string }>>;
  /** By link number. */
  readonly links: Readonly<
    Record<
      string,
      {
        readonly network: string;
        readonly priority: number;
        readonly addresses: Readonly<Record<string, string>>;
      }
    >
  >;
  /** The whole corosync.conf, in base64. */
  readonly corosyncConf: pulumi.Output<string>;
}

interface Founder {
  readonly node: string;
  readonly address: string;
}

/** Of what an older version of the program built, until somebody looks again. */
const NOT_READ = "not read yet, a refresh reads it";

/** Puts together what the cluster's resources have seen. */
export function clusterFacts(
  corosync: CorosyncPlan,
  founder: Founder,
  nodes: Readonly<Record<string, Cluster | Member>>,
  links: Links,
): ClusterFacts {
  const names = Object.keys(nodes);
  const each = (what: (node: Cluster | Member) => pulumi.Output<string>) =>
    pulumi
      .all(Object.values(nodes).map(what))
      .apply(
        (all): Record<string, string> =>
          Object.fromEntries(names.map((name, at) => [name, all[at] ?? NOT_READ])),
      );
  const fingerprints = each(({ fingerprint }) => fingerprint);
  const versions = pulumi
    .all([each(({ version }) => version), each(({ corosyncVersion }) => corosyncVersion)])
    .apply(([proxmox, corosyncs]) =>
      Object.fromEntries(
        names.map((name) => [
          name,
          { proxmox: proxmox[name] ?? NOT_READ, corosync: corosyncs[name] ?? NOT_READ },
        ]),
      ),
    );
  return {
    joinAddress: founder.address,
    fingerprint: fingerprints.apply((all) => all[founder.node] ?? NOT_READ),
    fingerprints,
    versions,
    links: Object.fromEntries(
      corosync.links.map(({ number, network, priority, addresses }) => [
        String(number),
        { network, priority, addresses },
      ]),
    ),
    corosyncConf: links.corosyncConf.apply((text) => text ?? NOT_READ),
  };
}
