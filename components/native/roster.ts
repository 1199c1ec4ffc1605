import type * as pulumi from "@pulumi/pulumi";
import { type ClusterPlan, connectionsOf } from "../../config/plan/index.js";
import { nativeConsents } from "../../dynamic-providers/native/native-schema.js";
import { NativeRoster } from "../../dynamic-providers/native/roster/resource.js";
import { wantedNatives } from "./wishes.js";

/**
 * The list of what the native provider makes, which refuses before anything is touched that one goes or moves that holds something, and
 * which says what is on the cluster already. It needs nothing that the run makes, because the program waits for its answer.
 */
export function declareRoster(plan: ClusterPlan, opts: pulumi.CustomResourceOptions): NativeRoster {
  const { name, consentDays, adopt } = plan;
  const wanted = wantedNatives(plan);
  return new NativeRoster(
    "storages-roster",
    {
      cluster: name,
      connections: connectionsOf(plan),
      natives: wanted.map(({ native }) => native),
      wishes: wanted.map(({ wish }) => wish),
      adopt,
      consent: nativeConsents(consentDays),
    },
    opts,
  );
}
