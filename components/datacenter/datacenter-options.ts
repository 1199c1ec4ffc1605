import { PoolLegacy } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { DatacenterPlan } from "../../config/plan/datacenter.js";
import { ApiObject } from "../../dynamic-providers/datacenter/object/resource.js";
import { DatacenterOptionsResource } from "../../dynamic-providers/datacenter/options/resource.js";
import { Component } from "../kit/component.js";
import { declareNative, type NativeSite } from "../native/declare-native.js";
import { wantedPool } from "../native/wishes.js";
import { declareSecretTargets } from "./notification-targets.js";

export interface DatacenterOptionsArgs {
  readonly datacenter: DatacenterPlan;
  readonly site: NativeSite;
  readonly adopt: boolean;
}

/**
 * What holds for the whole cluster: options, settings of nodes, notifications and resource pools. The native provider's options resource writes
 * the file as a whole and empties it on removal, so options are set key by key instead.
 */
export class DatacenterOptions extends Component {
  readonly pools: pulumi.Output<string[]>;
  /** Options by key, in Proxmox's own spelling. */
  readonly options: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: DatacenterOptionsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { datacenter, adopt } = args;
    const { cluster, founder: connection } = args.site;
    const options = datacenterOptions(datacenter);
    super("cluster", "DatacenterOptions", name, {}, opts);
    new DatacenterOptionsResource(
      this.child("options"),
      { cluster, connection, options, adopt },
      { parent: this },
    );
    this.declareSettings(args);
    for (const pool of datacenter.pools) {
      this.declarePool(pool, args);
    }
    this.pools = pulumi.output([...datacenter.pools]);
    this.options = pulumi.output(options);
    this.registerOutputs({ pools: this.pools, options: this.options });
  }

  private declarePool(pool: string, { adopt, site }: DatacenterOptionsArgs): void {
    const name = this.child(`pool-${pool}`);
    declareNative(
      { resource: name, guard: `${name}-guard` },
      wantedPool(pool, adopt),
      site,
      { native: (legacy, options) => new PoolLegacy(legacy, { poolId: pool }, options) },
      { parent: this },
    );
  }

  /** Node settings and notifications: no native resource has them, and others' keys stay. */
  private declareSettings(args: DatacenterOptionsArgs): void {
    const { datacenter, adopt } = args;
    const { cluster, founder: connection } = args.site;
    for (const { node, keys } of datacenter.nodes) {
      new ApiObject(
        this.child(`node-${node}`),
        {
          cluster,
          connection,
          adopt,
          what: `settings of node ${node}`,
          path: `/nodes/${node}/config`,
          keys: mutable(keys),
        },
        { parent: this },
      );
    }
    const targets: pulumi.Resource[] = declareSecretTargets(
      { ...args, cluster, connection },
      (child) => this.child(child),
      {
        parent: this,
      },
    );
    for (const { kind, name, at, keys } of datacenter.notifications) {
      const declared = new ApiObject(
        this.child(`${kind}-${name}`),
        {
          cluster,
          connection,
          adopt,
          what: `notification ${kind} ${name}`,
          path: `${at}/${name}`,
          made: { at, name },
          keys: mutable(keys),
        },
        { parent: this, dependsOn: kind === "matcher" ? targets : [] },
      );
      if (kind === "target") {
        targets.push(declared);
      }
    }
  }
}

/** The plan as keys and values of `datacenter.cfg`; a key that is left out belongs to somebody else. */
export function datacenterOptions(plan: DatacenterPlan): Record<string, string> {
  const { migration, bandwidthLimitsKiB, keyboard, emailFrom } = plan;
  const limits = Object.entries(bandwidthLimitsKiB).map(([job, rate]) => `${job}=${rate}`);
  return {
    ha: `shutdown_policy=${plan.shutdownPolicy}`,
    crs: `ha=${plan.scheduler}`,
    ...(migration === undefined
      ? {}
      : { migration: `type=${migration.type},network=${migration.cidr}` }),
    ...(limits.length === 0 ? {} : { bwlimit: limits.join(",") }),
    ...(keyboard === undefined ? {} : { keyboard }),
    ...(emailFrom === undefined ? {} : { email_from: emailFrom }),
  };
}

function mutable(
  keys: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [
      key,
      typeof value === "string" ? value : [...value],
    ]),
  );
}
