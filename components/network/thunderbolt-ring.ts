import * as pulumi from "@pulumi/pulumi";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import { renderFrrConf, renderFrrDaemons } from "../../config/plan/render/frr.js";
import { renderFabricAdditions, renderRingFiles } from "../../config/plan/render/ring-files.js";
import { placeIn, type RingEnd, type RingNode, type RingPlan } from "../../config/plan/ring.js";
import { HostNetwork } from "../../dynamic-providers/host/network/resource.js";
import { Component } from "../kit/component.js";
import { declarePaths } from "./network-paths.js";

export interface ThunderboltRingArgs {
  readonly ring: RingPlan;
  /** Every node of the ring. */
  readonly members: readonly RingMemberArgs[];
  readonly major: 8 | 9;
  readonly rollbackMs: number;
  readonly convergenceMs: number;
  readonly adopt: boolean;
}

interface RingMemberArgs {
  readonly node: ClusterNodePlan;
  readonly place: RingNode;
  /** Stands for the node: with it, its routing is only forgotten. */
  readonly host: pulumi.Resource;
}

/** A node at its place in the ring; one without a place would come up without routing. */
export function memberOf(
  ring: RingPlan,
  node: ClusterNodePlan,
  host: pulumi.Resource,
): RingMemberArgs {
  return { node, place: placeIn(ring, node.name), host };
}

export interface RingMember {
  readonly loopbacks: readonly string[];
  readonly ports: readonly string[];
  readonly neighbours: readonly string[];
}

/** A routed ring of Thunderbolt or USB4 cables: port names, MTU, forwarding and a routing protocol. */
export class ThunderboltRing extends Component {
  readonly members: pulumi.Output<Record<string, RingMember>>;
  readonly cables: pulumi.Output<string[]>;
  /** The routing of each node, which comes before the ring's routes. */
  readonly routing: ReadonlyMap<string, pulumi.Resource>;
  /** What the last measurement of all pairs saw. */
  readonly paths: pulumi.Output<string[]>;

  constructor(name: string, args: ThunderboltRingArgs, opts?: pulumi.ComponentResourceOptions) {
    const { ring } = args;
    const { protocol, mtu, owner, topology } = ring;
    super("network", "ThunderboltRing", name, { protocol, mtu, owner, topology }, opts);
    requireWhole(ring, args.members);
    const routing = args.members.map((member) => this.declareRouting(member, args));
    this.routing = new Map(
      args.members.flatMap(({ node }, at) => {
        const own = routing[at];
        return own === undefined ? [] : [[node.name, own] as const];
      }),
    );
    // A fabric has no routes before there is a cluster; its paths are proved after it.
    const gate =
      owner === "sdn-fabric"
        ? undefined
        : declarePaths(
            this.child("paths"),
            {
              name,
              network: ring.network,
              nodes: args.members.map(({ node }) => node),
              deadlineMs: args.convergenceMs,
              routing: args.members.map(({ place }) => routingFiles(ring, place, args.major)),
            },
            { parent: this, dependsOn: routing },
          );
    this.members = pulumi.output(membersOf(ring));
    this.cables = pulumi.output(ring.cables.map(([a, b]) => `${endText(a)} - ${endText(b)}`));
    this.paths = gate?.saw ?? pulumi.output<string[]>([]);
    this.registerOutputs({ members: this.members, cables: this.cables, paths: this.paths });
  }

  private declareRouting({ node, place, host }: RingMemberArgs, args: ThunderboltRingArgs) {
    const { ring, major, rollbackMs, adopt } = args;
    const { connection } = node;
    return new HostNetwork(
      this.child(node.name),
      {
        connection,
        part: "routing",
        files: routingFiles(ring, place, major),
        managementAddress: connection.host,
        addresses: ring.owner === "frr" ? loopbacksOf(place) : [],
        rollbackMs,
        adopt,
        frr: { owner: ring.owner, major },
      },
      { parent: this, deletedWith: host },
    );
  }
}

/** A node that is left out keeps its cables and gets no routing, and all that passes through it is lost. */
function requireWhole(ring: RingPlan, members: readonly RingMemberArgs[]): void {
  const left = ring.nodes.filter(({ node }) => !members.some(({ place }) => place.node === node));
  if (left.length > 0) {
    const names = left.map(({ node }) => node).join(", ");
    throw new Error(`the ring ${ring.network} would come up without routing on ${names}`);
  }
}

interface NetworkFile {
  readonly path: string;
  readonly content: string;
  readonly mode: string;
  readonly owner: string;
}

function routingFiles(ring: RingPlan, node: RingNode, major: 8 | 9): NetworkFile[] {
  const ports = renderRingFiles(ring, node).map(({ path, content, mode }) => ({
    path,
    content,
    mode: `0${mode.toString(8)}`,
    owner: "root:root",
  }));
  // A fabric of Proxmox writes FRR's files itself; two writers would undo each other.
  return ring.owner === "sdn-fabric"
    ? [...ports, ...renderFabricAdditions(ring).map(({ path, content }) => frrFile(path, content))]
    : [
        ...ports,
        frrFile("/etc/frr/daemons", renderFrrDaemons(ring)),
        frrFile("/etc/frr/frr.conf", renderFrrConf(ring, node, { major, hostname: node.node })),
      ];
}

function frrFile(path: string, content: string): NetworkFile {
  return { path, content, mode: "0640", owner: "frr:frr" };
}

function loopbacksOf(node: RingNode): string[] {
  return [node.loopback4, node.loopback6].flatMap((one) => one ?? []);
}

function membersOf(ring: RingPlan): Record<string, RingMember> {
  return Object.fromEntries(
    ring.nodes.map((node) => [
      node.node,
      {
        loopbacks: loopbacksOf(node),
        ports: node.ports.map((port) => port.name),
        neighbours: node.neighbours,
      },
    ]),
  );
}

function endText(end: RingEnd): string {
  return `${end.node}:${end.port}`;
}
