import type * as pulumi from "@pulumi/pulumi";
import { consentsNamed, consentTo } from "../../config/plan/consents.js";
import { CephRelease } from "../../dynamic-providers/pveceph/release/resource.js";
import type { CephClusterArgs } from "./args.js";

/** One daemon takes minutes to start where its disk is large. */
const STEP_MS = 600_000;

/** Behind the packages of all hosts, and before anything else is made. Nothing without the consent. */
export function declareRelease(
  args: CephClusterArgs,
  resourceName: string,
  options: pulumi.CustomResourceOptions,
): CephRelease[] {
  const { ceph, deadlines, founder, name } = args;
  const consent = consentToRelease(args);
  return Object.keys(consent).length === 0
    ? []
    : [
        new CephRelease(
          resourceName,
          {
            cluster: name,
            connection: founder,
            release: ceph.release,
            followed: ceph.filesystems.flatMap((one) => (one.hotStandby ? [one.name] : [])),
            stepDeadlineMs: STEP_MS,
            waitDeadlineMs: deadlines.ceph,
            consent,
            adopt: true,
          },
          options,
        ),
      ];
}

export function consentToRelease({
  consentDays,
}: Pick<CephClusterArgs, "consentDays">): Record<string, string> {
  return consentsNamed(consentDays, [consentTo.cephRelease]);
}
