import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { DatacenterPlan } from "../../config/plan/datacenter.js";
import { NotificationTarget } from "../../dynamic-providers/datacenter/target/resource.js";

interface TargetsArgs {
  readonly cluster: string;
  readonly datacenter: Pick<DatacenterPlan, "account" | "secretTargets">;
  /** Of a member; any of them will do. */
  readonly connection: ConnectionPlan;
  readonly adopt: boolean;
}

/** Targets of notifications with secrets: the state names where these are, and their versions. */
export function declareSecretTargets(
  { cluster, datacenter, connection, adopt }: TargetsArgs,
  nameOf: (child: string) => string,
  options: pulumi.CustomResourceOptions,
): NotificationTarget[] {
  return datacenter.secretTargets.map(
    ({ type, name, keys, headers, body, secrets }) =>
      new NotificationTarget(
        nameOf(`target-${name}`),
        {
          cluster,
          connection,
          adopt,
          account: datacenter.account,
          type,
          target: name,
          keys: Object.fromEntries(
            Object.entries(keys).map(([key, value]) => [
              key,
              typeof value === "string" ? value : [...value],
            ]),
          ),
          headers: headers.map((header) => ({ ...header })),
          ...(body === undefined ? {} : { body }),
          secrets: { ...secrets },
        },
        options,
      ),
  );
}
