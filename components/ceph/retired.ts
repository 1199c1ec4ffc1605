import type * as pulumi from "@pulumi/pulumi";
import { consentsNamed } from "../../config/plan/consents.js";
import { connectionsOf } from "../../config/plan/index.js";
import { RetiredCephDaemons } from "../../dynamic-providers/pveceph/retired/resource.js";
import { RetiredCephPools } from "../../dynamic-providers/pveceph/retired-pools/resource.js";
import type { CephClusterArgs } from "./args.js";

/** One daemon or one pool has this long. */
const STEP_MS = 300_000;

/** Behind the gate: daemons leave a Ceph that is whole without them. Nothing where the file consents to none. */
export function declareRetired(
  args: CephClusterArgs,
  resourceName: string,
  options: pulumi.CustomResourceOptions,
): void {
  const { retired } = args.ceph;
  if (retired.length > 0) {
    new RetiredCephDaemons(
      resourceName,
      { ...common(args, retired), daemons: retired.map((daemon) => ({ ...daemon })) },
      options,
    );
  }
}

/** Behind the gate as well: what stays is written and read before anything is destroyed. */
export function declareRetiredPools(
  args: CephClusterArgs,
  resourceName: string,
  options: pulumi.CustomResourceOptions,
): void {
  const { retiredPools } = args.ceph;
  if (retiredPools.length > 0) {
    new RetiredCephPools(
      resourceName,
      {
        ...common(args, retiredPools),
        members: connectionsOf(args),
        pools: retiredPools.map((pool) => ({ ...pool })),
      },
      options,
    );
  }
}

function common(
  { consentDays, founder, name }: CephClusterArgs,
  leaving: readonly { readonly consent: string }[],
) {
  return {
    cluster: name,
    connection: founder,
    stepDeadlineMs: STEP_MS,
    consent: consentsNamed(
      consentDays,
      leaving.map(({ consent }) => consent),
    ),
    adopt: true,
  };
}
