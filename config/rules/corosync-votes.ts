import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { allPresent, whileAway } from "../plan/votes.js";
import type { Facts } from "./facts.js";

export const voteCodes = {
  "corosync/even-nodes": {
    severity: "error",
    about:
      "With an even number of votes, half of the nodes lost means no quorum for anybody. A QDevice gives the tie-break.",
  },
  "corosync/even-nodes-accepted": {
    severity: "warning",
    about: "The file accepts an even number of votes without a QDevice.",
  },
  "corosync/odd-qdevice": {
    severity: "warning",
    about:
      "With an odd number of nodes a QDevice adds a dependency and, as it then carries many votes, can cost quorum by itself.",
  },
  "corosync/single-node-decides": {
    severity: "error",
    about: "The loss of one node would take quorum from all others, because it has too many votes.",
  },
  "corosync/too-many-nodes": {
    severity: "warning",
    about: "Corosync's latency limits are proven for about thirty nodes.",
  },
  "corosync/single-node": {
    severity: "warning",
    about: "One node is no cluster: nothing takes over what runs on it.",
  },
  "corosync/qdevice-inside": {
    severity: "error",
    about: "The tie-breaker must stand outside of what it decides about.",
  },
} as const satisfies CodeTable;
const draft = drafter(voteCodes);

const PROVEN_NODES = 32;

/** Who decides, and who may fail without the others losing quorum. */
export function voteDrafts(facts: Facts): Draft[] {
  return [...votes(facts), ...qdevice(facts)];
}

function votes({ spec, nodeNames }: Facts): Draft[] {
  const { qdevice: device, evenNodesAccepted } = spec.corosync;
  const together = allPresent(Object.values(spec.nodes).map(({ votes: own }) => own));
  const all = together.expected;
  if (nodeNames.length < 2) {
    return [
      draft(
        "corosync/single-node",
        ["nodes"],
        "The cluster has a single node.",
        "Add nodes; three is the smallest number that survives the loss of one.",
        { atKey: true },
      ),
    ];
  }
  const findings: Draft[] = [];
  if (all % 2 === 0 && device === undefined) {
    findings.push(
      draft(
        evenNodesAccepted ? "corosync/even-nodes-accepted" : "corosync/even-nodes",
        evenNodesAccepted ? ["corosync", "evenNodesAccepted"] : ["nodes"],
        `The nodes have ${all} votes together; with half of them gone the other half stops too.`,
        evenNodesAccepted
          ? "Add `corosync.qdevice: {address: …}` on a host outside the cluster or one more node as soon as you can."
          : "Add `corosync.qdevice: {address: …}` on a host outside the cluster or one more node; to go on without, write `corosync.evenNodesAccepted: true`.",
        { atKey: true },
      ),
    );
  }
  if (device === undefined && nodeNames.length > 2) {
    findings.push(
      ...Object.entries(spec.nodes)
        .map(([name, { votes: own }]) => ({ name, own, ...whileAway(together, own) }))
        .filter(({ own, borne }) => own > 1 && !borne)
        .map(({ name, own, left, needed }) =>
          draft(
            "corosync/single-node-decides",
            ["nodes", name, "votes"],
            `${name} has ${own} of ${all} votes; without it the others have ${left} and need ${needed}.`,
            "Write `votes: 1` for every node (the default).",
          ),
        ),
    );
  }
  if (nodeNames.length > PROVEN_NODES) {
    findings.push(
      draft(
        "corosync/too-many-nodes",
        ["nodes"],
        `The cluster has ${nodeNames.length} nodes.`,
        `Make several clusters of at most ${PROVEN_NODES} nodes.`,
        { atKey: true },
      ),
    );
  }
  return findings;
}

function qdevice({ spec, nodeNames, nodes }: Facts): Draft[] {
  const device = spec.corosync.qdevice;
  if (device === undefined) {
    return [];
  }
  const path = ["corosync", "qdevice"];
  const inside =
    nodeNames.includes(device.address) || nodes.some(({ address }) => address === device.address);
  return [
    ...(inside
      ? [
          draft(
            "corosync/qdevice-inside",
            [...path, "address"],
            "The QDevice is a node of this cluster.",
            "Run corosync-qnetd on a host outside the cluster, for example the NAS or a small computer.",
          ),
        ]
      : []),
    ...(nodeNames.length % 2 === 1
      ? [
          draft(
            "corosync/odd-qdevice",
            path,
            `${nodeNames.length} nodes need no QDevice: without it any minority of them may fail, and with it the cluster hangs on its host as well.`,
            "Remove `qdevice`, or add a node. One that is set up already leaves by `consent: {qdevice: <last day>}`.",
            { atKey: true },
          ),
        ]
      : []),
  ];
}
