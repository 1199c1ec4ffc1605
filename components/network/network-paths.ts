import type * as pulumi from "@pulumi/pulumi";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import type { PathPlan } from "../../config/plan/paths.js";
import { renderInterfaces } from "../../config/plan/render/interfaces.js";
import { Paths } from "../../dynamic-providers/host/paths/resource.js";
import { Component } from "../kit/component.js";
import { digestOf } from "../kit/digest.js";

interface PathsArgs {
  readonly name: string;
  readonly network: string;
  readonly nodes: readonly ClusterNodePlan[];
  readonly deadlineMs: number;
  /** What routes the network, if anything does. */
  readonly routing?: unknown;
}

export type NetworkPathsArgs = Omit<PathsArgs, "name">;

/** The gate that opens when every pair of a network carries packets of full size in both directions. */
export function declarePaths(
  name: string,
  args: PathsArgs,
  opts: pulumi.CustomResourceOptions,
): Paths {
  const hosts = args.nodes.flatMap((node) => {
    const own = pathsIn(node, args.network);
    return own.length === 0
      ? []
      : [
          {
            connection: node.connection,
            paths: own.map(({ through, ...path }) => ({
              ...path,
              ...(through === undefined ? {} : { through: [...through] }),
            })),
          },
        ];
  });
  return new Paths(
    name,
    {
      name: args.name,
      hosts,
      carriedBy: digestOf([
        ...args.nodes.map(({ network }) => renderInterfaces(network)),
        args.routing ?? "",
      ]),
      deadlineSeconds: Math.ceil(args.deadlineMs / 1_000),
    },
    opts,
  );
}

/** A node that is alone in a network has no path there; one that knows nothing of the network is a mistake. */
function pathsIn({ name, paths }: ClusterNodePlan, network: string): readonly PathPlan[] {
  const own = paths[network];
  if (own === undefined) {
    throw new Error(`no paths of ${name} are planned in the network ${network}`);
  }
  return own;
}

/** Networks without a ring, proved before anything is built on them. */
export class NetworkPaths extends Component {
  readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkPathsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("network", "NetworkPaths", name, {}, opts);
    const gate = declarePaths(this.child("gate"), { name, ...args }, { parent: this });
    this.saw = gate.saw;
    this.registerOutputs({ saw: this.saw });
  }
}
