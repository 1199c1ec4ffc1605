import * as pulumi from "@pulumi/pulumi";
import type { FenceDevicePlan } from "../../config/plan/fence.js";
import type { ClusterNodePlan, ClusterPlan } from "../../config/plan/index.js";
import type { KnownMachine } from "../../config/plan/render/fencer-config.js";
import { FencedMachine } from "../../dynamic-providers/fencing/machine/resource.js";
import { FencingProof } from "../../dynamic-providers/fencing/proof/resource.js";
import type { DeclaredHosts } from "../hosts/declare.js";
import { Component } from "../kit/component.js";
import { digestOf } from "../kit/digest.js";
import { type AgentFiles, agentFiles } from "./agent-files.js";
import { declareFencer } from "./fencer.js";

export interface FencingArgs {
  readonly plan: ClusterPlan;
  readonly hosts: DeclaredHosts["hosts"];
}

/**
 * What makes sure that a silent node is off: its own watchdog, and the fencers of its peers where it has a device. The proof behind
 * it asks every device from every other node and switches none.
 */
export class Fencing extends Component {
  readonly matrix: FencingProof["matrix"];
  readonly watchdogs: FencingProof["watchdogs"];
  /** What was recorded of machines and controllers, for a person to compare. */
  readonly recorded: pulumi.Output<readonly string[]>;

  constructor(name: string, args: FencingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fencing", "Fencing", name, {}, opts);
    const { plan } = args;
    const known =
      plan.fencing.fencers.length === 0
        ? new Map<string, FencedMachine>()
        : this.declareMachines(plan);
    const machines = machinesOf(known);
    const agent = agentFiles();
    const fencers = this.declareFencers(args, agent, machines, [...known.values()]);
    const proof = this.declareProof(args, agent, machines, fencers);
    this.matrix = proof.matrix;
    this.watchdogs = proof.watchdogs;
    this.recorded = pulumi
      .all([...known.values()].map(({ saw }) => saw))
      .apply((all) => all.flat());
    this.registerOutputs({ matrix: this.matrix, watchdogs: this.watchdogs });
  }

  /** Nodes whose devices can say whose they are. */
  private declareMachines({ nodes, fencing }: ClusterPlan): Map<string, FencedMachine> {
    return new Map(
      nodes.flatMap((node) => {
        const devices = fencing.used.filter((one) => one.node === node.name);
        return devices.length === 0
          ? []
          : [[node.name, this.declareMachine(node, devices)] as const];
      }),
    );
  }

  private declareMachine(
    { name, connection, installation }: ClusterNodePlan,
    devices: readonly FenceDevicePlan[],
  ): FencedMachine {
    const uuid = devices.find((device) => device.uuid !== undefined)?.uuid;
    return new FencedMachine(
      this.child(`machine-${name}`),
      {
        connection,
        installation,
        ...(uuid === undefined ? {} : { uuid }),
        controllers: devices.flatMap(({ kind, address, port, fingerprint }) =>
          kind === "redfish" || kind === "amt"
            ? [{ kind, address, port, ...(fingerprint === undefined ? {} : { fingerprint }) }]
            : [],
        ),
      },
      { parent: this },
    );
  }

  /** The first ones all at once. Later changes take turns: while one fencer starts anew, the others guard. */
  private declareFencers(
    { plan, hosts }: FencingArgs,
    agent: AgentFiles,
    machines: pulumi.Output<Readonly<Record<string, KnownMachine>>>,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.Resource[] {
    return hosts
      .filter(({ node }) => plan.fencing.fencers.includes(node.name))
      .map(({ node, base }) =>
        declareFencer(
          this.child(node.name),
          { plan, connection: node.connection, agent, machines },
          { parent: this, dependsOn: [...dependsOn], deletedWith: base.self },
        ),
      );
  }

  private declareProof(
    { plan, hosts }: FencingArgs,
    agent: AgentFiles,
    machines: pulumi.Output<Readonly<Record<string, KnownMachine>>>,
    dependsOn: readonly pulumi.Resource[],
  ): FencingProof {
    const { fencers, used, watchdogs } = plan.fencing;
    return new FencingProof(
      this.child("proof"),
      {
        cluster: plan.name,
        nodes: hosts.map(({ node, base }) => ({
          connection: node.connection,
          watchdog: watchdogs[node.name] ?? "none",
          restartReasons: base.rebootReasons,
        })),
        fencers: [...fencers],
        devices: used.map(({ node, kind, address, port, user, password }) => ({
          node,
          kind,
          address,
          port,
          user,
          password,
          uuid: machines.apply((known) => known[node]?.uuid ?? ""),
          pins: machines.apply((known) => [known[node]?.pins[kind] ?? []].flat()),
        })),
        agent: digestOf([agent, plan.fencing.timing, ...used.flatMap(stripOf)]),
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}

/** Another outlet is another proof, and nothing else of the device tells it. */
const stripOf = ({ node, strip }: FenceDevicePlan) =>
  strip === undefined ? [] : [{ node, outlets: strip.outlets, table: strip.table }];

function machinesOf(
  known: ReadonlyMap<string, FencedMachine>,
): pulumi.Output<Readonly<Record<string, KnownMachine>>> {
  return pulumi.output(
    Object.fromEntries(
      [...known].map(([node, { systemUuid: uuid, pins }]) => [node, { uuid, pins }]),
    ),
  );
}
