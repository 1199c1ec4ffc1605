import type { ClusterSpec } from "../schema/cluster.js";
import type { IpFamily } from "./address.js";
import type { NodePlan } from "./nodes.js";
import { allPresent, quorumOf, whileAway } from "./votes.js";

/** Proxmox writes no ports: knet's own first one, and one more for each further link. */
const FIRST_UDP_PORT = 5405;

export interface CorosyncLink {
  /** Link number; the position in the file. */
  readonly number: number;
  readonly network: string;
  /** knet uses the working link with the highest number, whatever the help text of `pvecm` says. */
  readonly priority: number;
  readonly udpPort: number;
  readonly addresses: Readonly<Record<string, string>>;
}

/** One node on one link. */
export interface LinkAddress {
  readonly link: number;
  readonly address: string;
  readonly priority: number;
}

export interface QuorumPlan {
  readonly expectedVotes: number;
  readonly quorum: number;
  readonly votes: Readonly<Record<string, number>>;
  readonly qdevice?: {
    readonly address: string;
    readonly network?: string;
    readonly votes: number;
  };
  /** Nodes whose single loss stops the cluster. Empty in every sound plan of three and more nodes. */
  readonly indispensable: readonly string[];
}

export interface JoinStep {
  readonly node: string;
  readonly action: "found" | "join";
  /** Node through which a joining one is admitted. */
  readonly through?: string;
  readonly expectedVotesBefore: number;
  readonly expectedVotesAfter: number;
  readonly quorumAfter: number;
}

export interface CorosyncPlan {
  readonly links: readonly CorosyncLink[];
  /** Whether the file names the numbers. Otherwise only the order of the links is wanted, by whatever numbers. */
  readonly prioritiesNamed: boolean;
  readonly quorum: QuorumPlan;
  readonly joinOrder: readonly JoinStep[];
  readonly tokenCoefficientMs?: number;
  readonly tokenMs?: number;
}

const PRIORITY_STEP = 10;
/** corosync takes priorities up to 255. */
const HIGHEST_PRIORITY = 255;

export function planCorosync(spec: ClusterSpec, nodes: readonly NodePlan[]): CorosyncPlan {
  const { token, tokenCoefficient } = spec.corosync;
  return {
    links: planLinks(spec, nodes),
    prioritiesNamed: spec.corosync.links.some((link) => typeof link !== "string"),
    quorum: planQuorum(spec, nodes),
    joinOrder: planJoinOrder(nodes),
    ...(tokenCoefficient === undefined ? {} : { tokenCoefficientMs: tokenCoefficient }),
    ...(token === undefined ? {} : { tokenMs: token }),
  };
}

function planLinks(spec: ClusterSpec, nodes: readonly NodePlan[]): CorosyncLink[] {
  const count = spec.corosync.links.length;
  return spec.corosync.links.map((link, number) => {
    const network = typeof link === "string" ? link : link.network;
    const descending = Math.min(HIGHEST_PRIORITY, (count - number) * PRIORITY_STEP);
    return {
      number,
      network,
      priority: typeof link === "string" ? descending : link.priority,
      udpPort: FIRST_UDP_PORT + number,
      addresses: addressesIn(network, nodes),
    };
  });
}

/** A link speaks one family on all nodes: IPv4 where every node has it, otherwise IPv6. */
function addressesIn(network: string, nodes: readonly NodePlan[]): Record<string, string> {
  const family: IpFamily = nodes.every((node) => node.addresses[network]?.ipv4 !== undefined)
    ? "ipv4"
    : "ipv6";
  return Object.fromEntries(
    nodes.flatMap((node) => {
      const address = node.addresses[network]?.[family];
      return address === undefined ? [] : [[node.name, address] as const];
    }),
  );
}

/** A node without an address on a link would form a cluster that misses it there; the rules refuse such a file. */
export function linkAddresses({ links }: CorosyncPlan, node: string): LinkAddress[] {
  return links.map(({ number, network, addresses, priority }) => {
    const address = addresses[node];
    if (address === undefined) {
      throw new Error(`${node} has no address on link ${number}, in the network ${network}`);
    }
    return { link: number, address, priority };
  });
}

function planQuorum(spec: ClusterSpec, nodes: readonly NodePlan[]): QuorumPlan {
  const device = spec.corosync.qdevice;
  // With an even number the device breaks the tie; with an odd one Proxmox gives it all votes but one.
  const deviceVotes = device === undefined ? 0 : nodes.length % 2 === 0 ? 1 : nodes.length - 1;
  const votes = allPresent([...nodes.map((node) => node.votes), deviceVotes]);
  return {
    expectedVotes: votes.expected,
    quorum: quorumOf(votes.expected),
    votes: Object.fromEntries(nodes.map((node) => [node.name, node.votes])),
    ...(device === undefined
      ? {}
      : {
          qdevice: {
            address: device.address,
            votes: deviceVotes,
          },
        }),
    indispensable: nodes
      .filter((node) => !whileAway(votes, node.votes).borne)
      .map((node) => node.name),
  };
}

function planJoinOrder(nodes: readonly NodePlan[]): JoinStep[] {
  const founder = nodes[0];
  let votes = 0;
  return nodes.map((node) => {
    const before = votes;
    votes += node.votes;
    return {
      node: node.name,
      action: node === founder ? "found" : "join",
      ...(founder === undefined || node === founder ? {} : { through: founder.name }),
      expectedVotesBefore: before,
      expectedVotesAfter: votes,
      quorumAfter: quorumOf(votes),
    };
  });
}
