import * as pulumi from "@pulumi/pulumi";
import { poolNames } from "../../config/plan/ceph-erasure.js";
import { consentsNamed, consentsOfDisks, consentTo } from "../../config/plan/consents.js";
import { connectionsOf, nodeOf } from "../../config/plan/index.js";
import { CephConfiguration } from "../../dynamic-providers/pveceph/cluster/resource.js";
import { CrushRule } from "../../dynamic-providers/pveceph/crush-rule/resource.js";
import { CephDaemon } from "../../dynamic-providers/pveceph/daemon/resource.js";
import { CephFilesystem } from "../../dynamic-providers/pveceph/filesystem/resource.js";
import { CephGate } from "../../dynamic-providers/pveceph/gate/resource.js";
import { CephInstallation } from "../../dynamic-providers/pveceph/installation/resource.js";
import { CephLocations } from "../../dynamic-providers/pveceph/locations/resource.js";
import { CephOsds } from "../../dynamic-providers/pveceph/osds/resource.js";
import { CephPool } from "../../dynamic-providers/pveceph/pool/resource.js";
import { CephSettings } from "../../dynamic-providers/pveceph/settings/resource.js";
import { Component } from "../kit/component.js";
import type { CephClusterArgs } from "./args.js";
import { consentToRelease, declareRelease } from "./release.js";
import { declareRetired, declareRetiredPools } from "./retired.js";
import { declareServices } from "./services.js";

/** One daemon or one disk has this long; a slow disk takes minutes to be wiped and laid out. */
const STEP_MS = 300_000;

/**
 * Ceph on the nodes of the cluster. Packages everywhere at once; the configuration once; monitors one after the other, because Proxmox
 * has one lock for them and a majority must stand behind each; managers and the disks of different nodes beside each other; pools in turn.
 */
export class CephCluster extends Component {
  readonly fsid: pulumi.Output<string>;
  /** Numbers of OSDs by disk, by node. */
  readonly osds: pulumi.Output<Record<string, Record<string, number | number[]>>>;
  readonly whole: pulumi.Output<string[]>;
  readonly #args: CephClusterArgs;

  constructor(name: string, args: CephClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ceph", "CephCluster", name, { release: args.ceph.release }, opts);
    this.#args = args;
    const installed = this.declareInstallations();
    const released = declareRelease(args, this.child("release"), this.behind(installed));
    const configured = this.declareConfiguration([...installed, ...released]);
    const monitors = this.declareMonitors(configured);
    const managers = args.ceph.managers.map((node) =>
      this.declareDaemon("manager", node, monitors),
    );
    const settings = this.declareSettings(monitors);
    const locations = this.declareLocations(monitors);
    const osds = this.declareOsds([...monitors, ...managers, ...settings, ...locations]);
    const rules = this.declareRules(Object.values(osds));
    const pools = this.declarePools([...Object.values(osds), ...rules]);
    const servers = this.declareMetadataServers(monitors);
    const filesystems = this.declareFilesystems([...Object.values(osds), ...pools, ...servers]);
    const services = declareServices(
      args,
      (suffix) => this.child(suffix),
      (resources) => this.behind(resources),
      managers,
    );
    const gate = this.declareGate([
      ...services,
      ...managers,
      ...Object.values(osds),
      ...pools,
      ...servers,
      ...filesystems,
    ]);
    declareRetired(args, this.child("retired"), this.behind([gate]));
    declareRetiredPools(args, this.child("retired-pools"), this.behind([gate]));
    this.fsid = configured.fsid;
    this.osds = pulumi.output(
      Object.fromEntries(Object.entries(osds).map(([node, made]) => [node, made.osds])),
    );
    this.whole = gate.saw;
    this.registerOutputs({ fsid: this.fsid, osds: this.osds, whole: this.whole });
  }

  private behind(resources: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [...resources] };
  }

  /** What stands on a host that left is forgotten with it: nobody is there to be asked. */
  private on(node: string, before: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    const base = this.#args.hosts.find((one) => one.node.name === node)?.base;
    return {
      ...this.behind(before),
      ...(base === undefined ? {} : { deletedWith: base.self }),
    };
  }

  private declareInstallations(): CephInstallation[] {
    const { adopt, ceph, channel, deadlines } = this.#args;
    return connectionsOf(this.#args).map(
      (connection) =>
        new CephInstallation(
          this.child(`${connection.node}-packages`),
          {
            connection,
            release: ceph.release,
            repository: channel,
            dashboard: ceph.dashboard?.addresses[connection.node] !== undefined,
            installDeadlineMs: deadlines.packages,
            consent: consentToRelease(this.#args),
            adopt,
          },
          this.on(connection.node, []),
        ),
    );
  }

  private declareConfiguration(installed: readonly pulumi.Resource[]): CephConfiguration {
    const { adopt, ceph, founder, name } = this.#args;
    return new CephConfiguration(
      this.child("configuration"),
      {
        cluster: name,
        connection: founder,
        publicNetwork: ceph.cidrs.public,
        clusterNetwork: ceph.cidrs.cluster,
        adopt,
      },
      this.behind(installed),
    );
  }

  private declareMonitors(configured: pulumi.Resource): CephDaemon[] {
    const monitors: CephDaemon[] = [];
    for (const node of this.#args.ceph.monitors) {
      monitors.push(this.declareDaemon("monitor", node, [monitors.at(-1) ?? configured]));
    }
    return monitors;
  }

  private declareDaemon(
    role: "monitor" | "manager" | "metadata server",
    node: string,
    before: readonly pulumi.Resource[],
  ): CephDaemon {
    const { adopt, ceph } = this.#args;
    const { connection } = nodeOf(this.#args, node);
    const pageAddress = role === "manager" ? ceph.dashboard?.addresses[node] : undefined;
    return new CephDaemon(
      this.child(`${node}-${role.replace(" ", "-")}`),
      {
        connection,
        role,
        startDeadlineMs: STEP_MS,
        adopt,
        ...(pageAddress === undefined ? {} : { pageAddress }),
      },
      this.on(node, before),
    );
  }

  /** Before the OSDs, so that each of them starts with its memory target. */
  private declareSettings(before: readonly pulumi.Resource[]): CephSettings[] {
    const { adopt, ceph, founder, name } = this.#args;
    return ceph.settings.length === 0
      ? []
      : [
          new CephSettings(
            this.child("settings"),
            { cluster: name, connection: founder, settings: [...ceph.settings], adopt },
            this.behind(before),
          ),
        ];
  }

  private declareOsds(before: readonly pulumi.Resource[]): Readonly<Record<string, CephOsds>> {
    const { adopt, ceph, consentDays, deadlines } = this.#args;
    return Object.fromEntries(
      Object.entries(ceph.disks).map(([node, rules]) => [
        node,
        new CephOsds(
          this.child(`${node}-osds`),
          {
            connection: nodeOf(this.#args, node).connection,
            rules: [...rules],
            osdDeadlineMs: STEP_MS,
            drainDeadlineMs: deadlines.ceph,
            consent: consentsOfDisks(consentDays, node),
            adopt,
          },
          this.on(node, before),
        ),
      ]),
    );
  }

  /** Before the OSDs: a host that has none yet is put where it stands without moving anything. */
  private declareLocations(before: readonly pulumi.Resource[]): CephLocations[] {
    const { adopt, ceph, consentDays, founder, name } = this.#args;
    return ceph.locations.length === 0
      ? []
      : [
          new CephLocations(
            this.child("locations"),
            {
              cluster: name,
              connection: founder,
              hosts: [...ceph.locations],
              consent: consentsNamed(
                consentDays,
                ceph.locations.map(({ node }) => consentTo.move(node)),
              ),
              adopt,
            },
            this.behind(before),
          ),
        ];
  }

  /** A class is known to Ceph from its first OSD on. */
  private declareRules(before: readonly pulumi.Resource[]): CrushRule[] {
    const { adopt, ceph, founder, name } = this.#args;
    return ceph.crushRules.map(
      (rule) =>
        new CrushRule(
          this.child(`rule-${rule.rule}`),
          { cluster: name, connection: founder, ...rule, adopt },
          this.behind(before),
        ),
    );
  }

  /** Proxmox reads and writes all of a pool's properties, and two at once would wait for each other anyway. */
  private declarePools(before: readonly pulumi.Resource[]): CephPool[] {
    const { adopt, ceph, founder, name } = this.#args;
    const pools: CephPool[] = [];
    for (const { name: pool, ...wish } of ceph.pools) {
      const last = pools.at(-1);
      pools.push(
        new CephPool(
          this.child(`pool-${pool}`),
          {
            cluster: name,
            connection: founder,
            pool,
            ...wish,
            poolDeadlineMs: STEP_MS,
            adopt,
          },
          this.behind(last === undefined ? before : [last]),
        ),
      );
    }
    return pools;
  }

  /** In turn, and behind the monitors: Proxmox writes each of them into the one configuration without a lock. */
  private declareMetadataServers(monitors: readonly pulumi.Resource[]): CephDaemon[] {
    const servers: CephDaemon[] = [];
    for (const node of this.#args.ceph.metadataServers) {
      const last = servers.at(-1);
      const before = last === undefined ? monitors : [last];
      servers.push(this.declareDaemon("metadata server", node, before));
    }
    return servers;
  }

  private declareFilesystems(before: readonly pulumi.Resource[]): CephFilesystem[] {
    const { adopt, ceph, founder, name } = this.#args;
    const filesystems: CephFilesystem[] = [];
    for (const { name: filesystem, ...wish } of ceph.filesystems) {
      const last = filesystems.at(-1);
      filesystems.push(
        new CephFilesystem(
          this.child(`filesystem-${filesystem}`),
          {
            cluster: name,
            connection: founder,
            filesystem,
            ...wish,
            filesystemDeadlineMs: STEP_MS,
            adopt,
          },
          this.behind(last === undefined ? before : [last]),
        ),
      );
    }
    return filesystems;
  }

  private declareGate(before: readonly pulumi.Resource[]): CephGate {
    const { ceph, deadlines, founder, name } = this.#args;
    return new CephGate(
      this.child("whole"),
      {
        cluster: name,
        connection: founder,
        monitors: [...ceph.monitors],
        osds: ceph.osds.length,
        installations: Object.fromEntries(
          connectionsOf(this.#args).flatMap(({ node, installation }) =>
            installation === undefined ? [] : [[node, installation]],
          ),
        ),
        pools: ceph.pools.flatMap((pool) => poolNames(pool.name, pool)),
        filesystems: ceph.filesystems.map(({ name: filesystem, hotStandby }) => ({
          name: filesystem,
          hotStandby,
        })),
        deadlineSeconds: Math.ceil(deadlines.ceph / 1_000),
      },
      this.behind(before),
    );
  }
}
