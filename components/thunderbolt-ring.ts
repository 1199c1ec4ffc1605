import * as pulumi from "@pulumi/pulumi";
import type { RingEnd, RingPlan } from "../config/plan/ring.js";
import { Component } from "./component.js";

export interface ThunderboltRingArgs {
  readonly ring: RingPlan;
  readonly major: 8 | 9;
}

export interface RingMember {
  readonly loopbacks: readonly string[];
  readonly ports: readonly string[];
  readonly neighbours: readonly string[];
}

/** A routed ring of Thunderbolt or USB4 cables: port names, MTU, forwarding and a routing protocol. */
export class ThunderboltRing extends Component {
  readonly protocol: pulumi.Output<string>;
  readonly members: pulumi.Output<Record<string, RingMember>>;
  readonly cables: pulumi.Output<string[]>;

  constructor(name: string, args: ThunderboltRingArgs, opts?: pulumi.ComponentResourceOptions) {
    const { ring } = args;
    const { protocol, mtu, owner, topology } = ring;
    super("network", "ThunderboltRing", name, { protocol, mtu, owner, topology }, opts);
    this.protocol = pulumi.output<string>(protocol);
    this.members = pulumi.output(membersOf(ring));
    this.cables = pulumi.output(ring.cables.map(([a, b]) => `${endText(a)} - ${endText(b)}`));
    this.registerOutputs({
      protocol: this.protocol,
      members: this.members,
      cables: this.cables,
    });
  }
}

function membersOf(ring: RingPlan): Record<string, RingMember> {
  return Object.fromEntries(
    ring.nodes.map((node) => [
      node.node,
      {
        loopbacks: [node.loopback4, node.loopback6].flatMap((one) => one ?? []),
        ports: node.ports.map((port) => port.name),
        neighbours: node.neighbours,
      },
    ]),
  );
}

function endText(end: RingEnd): string {
  return `${end.node}:${end.port}`;
}
