import type * as pulumi from "@pulumi/pulumi";
import { RetiredCephDaemons } from "../../dynamic-providers/pveceph/retired/resource.js";
import type { CephClusterArgs } from "./args.js";

/** Behind the gate: daemons leave a Ceph that is whole without them. Nothing where the file consents to none. */
export function declareRetired(
  { ceph, consentDays, founder, name }: CephClusterArgs,
  resourceName: string,
  options: pulumi.CustomResourceOptions,
): void {
  const { retired } = ceph;
  if (retired.length > 0) {
    new RetiredCephDaemons(
      resourceName,
      {
        cluster: name,
        connection: founder,
        daemons: retired.map((daemon) => ({ ...daemon })),
        stepDeadlineMs: 300_000,
        consent: Object.fromEntries(
          retired.flatMap(({ consent }) => {
            const lastDay = consentDays[consent];
            return lastDay === undefined ? [] : [[consent, lastDay]];
          }),
        ),
        adopt: true,
      },
      options,
    );
  }
}
