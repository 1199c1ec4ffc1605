import { Hagroup, Haresource, Harule } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../config/plan/connections.js";
import type { HaPlan } from "../config/plan/ha.js";
import { MigratedGroups } from "../dynamic-providers/ha/migrated-groups/resource.js";
import { Component } from "./component.js";

export interface HaPlacementArgs {
  readonly cluster: string;
  /** Of a member; any of them will do. */
  readonly connection: ConnectionPlan;
  readonly ha: HaPlan;
  /** Guests that this program makes, by id such as `vm:101`: HA takes a guest only once it exists. */
  readonly guests: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * Where guests run and where they go: groups on Proxmox VE 8, rules on 9. The plan holds one of the two kinds.
 * Where HA has moved a guest is no part of this, so a move never shows as a change.
 */
export class HaPlacement extends Component {
  readonly groups: pulumi.Output<string[]>;
  readonly rules: pulumi.Output<string[]>;
  readonly resources: pulumi.Output<string[]>;

  constructor(name: string, args: HaPlacementArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha", "HaPlacement", name, { waiting: [...args.ha.waiting] }, opts);
    const groups = this.declareGroups(args.ha);
    const resources = this.declareResources(args, [...groups.values()]);
    const rules = this.declareRules(args, resources);
    this.groups = pulumi.output([...groups.keys()]);
    this.rules = pulumi.output([...rules.keys()]);
    this.resources = pulumi.output([...resources.keys()]);
    this.registerOutputs({ groups: this.groups, rules: this.rules, resources: this.resources });
  }

  private declareGroups(ha: HaPlan): Map<string, Hagroup> {
    return new Map(
      ha.groups.map((group) => [
        group.name,
        new Hagroup(
          this.child(`group-${group.name}`),
          {
            group: group.name,
            nodes: { ...group.nodes },
            restricted: group.restricted,
            noFailback: group.noFailback,
            comment: group.comment,
          },
          // On 9 groups are gone by conversion and can't be deleted any more: forgetting them is all that works.
          { parent: this, retainOnDelete: true },
        ),
      ]),
    );
  }

  private declareResources(
    { ha, guests }: HaPlacementArgs,
    groups: readonly Hagroup[],
  ): Map<string, Haresource> {
    const existing = ha.resources.filter((one) => !one.declared || guests[one.sid] !== undefined);
    return new Map(
      existing.map((one) => {
        const guest = guests[one.sid];
        const resource = new Haresource(
          // A colon would read as a separator in URNs.
          this.child(one.sid.replace(":", "-")),
          {
            resourceId: one.sid,
            state: one.state,
            maxRestart: one.maxRestart,
            maxRelocate: one.maxRelocate,
            failback: one.failback,
            group: one.group,
          },
          { parent: this, dependsOn: [...groups, ...(guest === undefined ? [] : [guest])] },
        );
        return [one.sid, resource];
      }),
    );
  }

  /** Proxmox refuses a rule about a guest that is no HA resource yet, so each waits for its own. */
  private declareRules(
    { ha, cluster, connection }: HaPlacementArgs,
    resources: ReadonlyMap<string, Haresource>,
  ): Map<string, Harule> {
    const placements = ha.placements.map((placement) => placement.name);
    const migrated = ha.rules.some((rule) => rule.type === "node-affinity")
      ? [
          new MigratedGroups(
            this.child("migrated"),
            { cluster, connection, placements },
            { parent: this, dependsOn: [...resources.values()] },
          ),
        ]
      : [];
    const possible = ha.rules.flatMap((rule): [string, Harule][] => {
      const sids = rule.resources.filter((sid) => resources.has(sid));
      if (sids.length < (rule.type === "resource-affinity" ? 2 : 1)) {
        return [];
      }
      const common = { rule: rule.name, type: rule.type, resources: sids };
      const declared = new Harule(
        this.child(`rule-${rule.name}`),
        rule.type === "node-affinity"
          ? { ...common, nodes: { ...rule.nodes }, strict: rule.strict, comment: rule.comment }
          : { ...common, affinity: rule.affinity },
        {
          parent: this,
          dependsOn: [...migrated, ...sids.flatMap((sid) => resources.get(sid) ?? [])],
        },
      );
      return [[rule.name, declared]];
    });
    return new Map(possible);
  }
}
