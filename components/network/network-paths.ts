import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { NodePathsPlan } from "../../config/plan/paths.js";
import { Paths } from "../../dynamic-providers/host/paths/resource.js";
import { Component } from "../kit/component.js";

export interface PathsArgs {
  readonly name: string;
  readonly paths: readonly NodePathsPlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly deadlineMs: number;
}

/** The gate that opens when every pair of a network carries packets of full size in both directions. */
export function declarePaths(
  name: string,
  args: PathsArgs,
  opts: pulumi.CustomResourceOptions,
): Paths {
  const hosts = args.connections.flatMap((connection) => {
    const own = args.paths.find((one) => one.node === connection.node)?.paths ?? [];
    return own.length === 0
      ? []
      : [
          {
            connection,
            paths: own.map(({ through, ...path }) => ({
              ...path,
              ...(through === undefined ? {} : { through: [...through] }),
            })),
          },
        ];
  });
  return new Paths(
    name,
    { name: args.name, hosts, deadlineSeconds: Math.ceil(args.deadlineMs / 1_000) },
    opts,
  );
}

/** Networks without a ring, proved before anything is built on them. */
export class NetworkPaths extends Component {
  readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: Omit<PathsArgs, "name">, opts?: pulumi.ComponentResourceOptions) {
    super("network", "NetworkPaths", name, {}, opts);
    const gate = declarePaths(this.child("gate"), { name, ...args }, { parent: this });
    this.saw = gate.saw;
    this.registerOutputs({ saw: this.saw });
  }
}
