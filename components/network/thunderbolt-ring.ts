import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { NodePathsPlan } from "../../config/plan/paths.js";
import { renderFrrConf, renderFrrDaemons } from "../../config/plan/render/frr.js";
import { renderFabricAdditions, renderRingFiles } from "../../config/plan/render/ring-files.js";
import type { RingEnd, RingNode, RingPlan } from "../../config/plan/ring.js";
import { HostNetwork } from "../../dynamic-providers/host/network/resource.js";
import { Component } from "../kit/component.js";
import { declarePaths } from "./network-paths.js";

export interface ThunderboltRingArgs {
  readonly ring: RingPlan;
  readonly major: 8 | 9;
  /** One for each node of the ring, in its order. */
  readonly connections: readonly ConnectionPlan[];
  /** Pairs that must reach each other over the ring. */
  readonly paths: readonly NodePathsPlan[];
  readonly rollbackMs: number;
  readonly convergenceMs: number;
  readonly adopt: boolean;
  /** By node, what stands for it: with it, its routing is only forgotten. */
  readonly hosts: Readonly<Record<string, pulumi.Resource>>;
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
  /** What the last measurement of all pairs saw. */
  readonly paths: pulumi.Output<string[]>;

  constructor(name: string, args: ThunderboltRingArgs, opts?: pulumi.ComponentResourceOptions) {
    const { ring } = args;
    const { protocol, mtu, owner, topology } = ring;
    super("network", "ThunderboltRing", name, { protocol, mtu, owner, topology }, opts);
    const routing = ring.nodes.flatMap((node) => this.declareRouting(node, args));
    // A fabric has no routes before there is a cluster; its paths are proved after it.
    const gate =
      owner === "sdn-fabric"
        ? undefined
        : declarePaths(
            this.child("paths"),
            {
              name,
              paths: args.paths,
              connections: args.connections,
              deadlineMs: args.convergenceMs,
            },
            { parent: this, dependsOn: routing },
          );
    this.members = pulumi.output(membersOf(ring));
    this.cables = pulumi.output(ring.cables.map(([a, b]) => `${endText(a)} - ${endText(b)}`));
    this.paths = gate?.saw ?? pulumi.output<string[]>([]);
    this.registerOutputs({ members: this.members, cables: this.cables, paths: this.paths });
  }

  private declareRouting(node: RingNode, args: ThunderboltRingArgs): HostNetwork[] {
    const { ring, rollbackMs, adopt } = args;
    const connection = args.connections.find((one) => one.node === node.node);
    const deletedWith = args.hosts[node.node];
    if (connection === undefined || deletedWith === undefined) {
      return [];
    }
    const routing = new HostNetwork(
      this.child(node.node),
      {
        connection,
        part: "routing",
        files: routingFiles(ring, node, args.major),
        managementAddress: connection.host,
        addresses: ring.owner === "frr" ? loopbacksOf(node) : [],
        rollbackMs,
        adopt,
        frr: { owner: ring.owner, major: args.major },
      },
      { parent: this, deletedWith },
    );
    return [routing];
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
