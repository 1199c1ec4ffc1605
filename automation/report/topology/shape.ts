import { contains } from "../../../config/plan/address.js";
import type { ClusterNodePlan } from "../../../config/plan/cluster-nodes.js";
import { storageFacts } from "../../../config/plan/storage-kinds.js";
import { guestsSeen } from "../guests-seen.js";
import { pathsMeasuredBy } from "../latencies.js";
import type { Material } from "../material.js";
import type { Tone } from "../parts.js";
import { toneOfNode, wordOfNode } from "../sections/nodes.js";
import { type Cable, cablesOf } from "./cables.js";

/** A network as a line that hosts stand on. */
export interface Line {
  readonly name: string;
  /** Addresses, VLAN, packets. */
  readonly details: readonly string[];
}

/** Where a host stands on a line. */
export interface Tap {
  readonly line: string;
  readonly device: string;
  readonly tone: Tone;
  readonly words: string;
}

export interface Host {
  readonly name: string;
  readonly tone: Tone;
  readonly state: string;
  readonly details: readonly string[];
  readonly taps: readonly Tap[];
}

export interface Topology {
  readonly lines: readonly Line[];
  /** Networks that are cables between hosts. */
  readonly rings: readonly { readonly name: string; readonly cables: readonly Cable[] }[];
  readonly hosts: readonly Host[];
  /** What hosts need and the cluster does not have itself: servers of storages, a QDevice. */
  readonly others: readonly Host[];
}

/** What hangs together how, as far as it was seen; the rest is in it as unseen. */
export function topologyOf(material: Material): Topology {
  const { spec, plan } = material;
  const rings = plan.rings.map(({ network }) => network);
  const isForGuests = (name: string): boolean =>
    plan.nodes.every(({ network }) => network.deviceOf[name] === undefined);
  const lines = Object.entries(spec.networks)
    .filter(([name]) => !rings.includes(name))
    // Those of the hosts stand next to them.
    .sort(([a], [b]) => Number(isForGuests(a)) - Number(isForGuests(b)))
    .map(([name, { cidr, cidr6, vlan, mtu }]) => ({
      name,
      details: [
        ...[cidr, cidr6].filter((one) => one !== undefined),
        ...(vlan === undefined ? [] : [`VLAN ${vlan}`]),
        ...(mtu === undefined ? [] : [`MTU ${mtu}`]),
      ],
    }));
  return {
    lines,
    rings: plan.rings.map((ring) => ({ name: ring.network, cables: cablesOf(ring, material) })),
    hosts: plan.nodes.map((node) => hostOf(material, node, lines)),
    others: [...serversOf(material), ...qdeviceOf(material)],
  };
}

function hostOf(material: Material, node: ClusterNodePlan, lines: readonly Line[]): Host {
  const { plan, look } = material;
  const { name, address, votes } = node;
  const seen = look.view.nodes.find((one) => one.node === name);
  const state = seen?.state ?? "unreachable";
  const guests = guestsSeen(material).filter((one) => one.node === name);
  const osds = plan.ceph?.osds.filter((one) => one.node === name).length ?? 0;
  const devices = plan.fencing.devices.filter((one) => one.node === name);
  const isSeen = toneOfNode(state) !== "unseen";
  return {
    name,
    tone: toneOfNode(state),
    state: wordOfNode(state),
    details: [
      `${address}, ${votes} ${votes === 1 ? "vote" : "votes"}`,
      guests.length > 0
        ? `${guests.length} ${guests.length === 1 ? "guest" : "guests"}: ${guests.map(({ guest }) => guest).join(", ")}`
        : isSeen
          ? "no guest"
          : "guests not seen",
      [
        ...(osds === 0 ? [] : [`${osds} OSDs by the file`]),
        ...devices.map((device) => `${device.kind} ${device.address}`),
      ].join(", "),
    ].filter((line) => line !== ""),
    taps: lines.flatMap(({ name: line }) => tapsOf(material, node, line)),
  };
}

/** A network without addresses of hosts is there for guests, and nothing of it can be measured. */
function tapsOf(material: Material, { name, network }: ClusterNodePlan, line: string): Tap[] {
  const device = network.deviceOf[line];
  const bridge = material.spec.networks[line]?.on;
  if (device !== undefined) {
    return [{ line, device, ...tapOf(material, name, line) }];
  }
  return bridge !== undefined && network.interfaces.some((one) => one.name === bridge)
    ? [{ line, device: bridge, tone: "plain", words: "for guests, by the file" }]
    : [];
}

/** By packets of full size. */
function tapOf(material: Material, node: string, network: string): Pick<Tap, "tone" | "words"> {
  const paths = pathsMeasuredBy(material, node)?.filter(({ result }) => result.network === network);
  if (paths !== undefined && paths.length > 0) {
    const bad = paths.filter(({ isGood }) => !isGood);
    return bad.length === 0
      ? { tone: "good", words: "packets of full size reach every other node" }
      : {
          tone: "bad",
          words: `not as it should be to ${bad.map(({ result }) => result.toNode).join(", ")}`,
        };
  }
  return { tone: "unseen", words: "nothing was measured" };
}

/** Servers of storages, each once. */
function serversOf({ plan, spec, look }: Material): Host[] {
  const byAddress = new Map<string, string[]>();
  for (const storage of plan.storages) {
    const { server } = storageFacts(storage);
    if (server !== undefined) {
      byAddress.set(server.address, [...(byAddress.get(server.address) ?? []), storage.id]);
    }
  }
  const isAllSeen = look.views.every(({ reachable }) => reachable);
  return [...byAddress].map(([address, ids]) => {
    const states = look.view.storages
      .filter(({ storage }) => ids.includes(storage))
      .flatMap((one) => Object.values(one.states));
    const tone: Tone =
      states.length === 0
        ? "unseen"
        : states.every((state) => state === "active")
          ? "good"
          : "warn";
    return {
      name: address,
      tone,
      state:
        tone === "good"
          ? isAllSeen
            ? "active"
            : "active where seen"
          : tone === "unseen"
            ? "not seen"
            : "not active everywhere",
      details: [ids.join(", ")],
      taps: tapsByAddress(spec, address, tone),
    };
  });
}

function qdeviceOf({ plan, spec, look }: Material): Host[] {
  const { qdevice } = plan.corosync.quorum;
  if (qdevice === undefined) {
    return [];
  }
  const counted = look.view.quorum.quorate
    ? look.views.flatMap((view) =>
        view.reachable && view.membership.quorate ? [view.membership.votes.countsDevice] : [],
      )
    : [];
  const tone: Tone = counted.length === 0 ? "unseen" : counted.every((one) => one) ? "good" : "bad";
  return [
    {
      name: `QDevice ${qdevice.address}`,
      tone,
      state: tone === "good" ? "votes" : tone === "bad" ? "does not vote everywhere" : "not seen",
      details: [`${qdevice.votes} ${qdevice.votes === 1 ? "vote" : "votes"}`],
      taps: tapsByAddress(spec, qdevice.address, tone),
    },
  ];
}

/** Only an address in a network is known to stand on its line; a name, or an address behind a router, is not. */
function tapsByAddress(spec: Material["spec"], address: string, tone: Tone): Tap[] {
  if (!/^[\d.]+$|:/.test(address)) {
    return [];
  }
  return Object.entries(spec.networks).flatMap(([line, { cidr, cidr6 }]) => {
    const isIn = [cidr, cidr6].some((one) => one !== undefined && contains(one, address));
    return isIn ? [{ line, device: "", tone, words: address }] : [];
  });
}
