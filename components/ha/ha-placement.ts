import { Hagroup } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HaGroupPlan, HaPlan } from "../../config/plan/ha.js";
import { Guests } from "../../dynamic-providers/ha/guests/resource.js";
import { MigratedGroups } from "../../dynamic-providers/ha/migrated-groups/resource.js";
import { Component } from "../kit/component.js";
import { declareNative, type NativeSite } from "../native/declare-native.js";
import { wantedGroup } from "../native/wishes.js";

export interface HaPlacementArgs {
  readonly major: 8 | 9;
  readonly site: NativeSite;
  readonly ha: HaPlan;
  /** Guests that this program makes: HA takes a guest only once it exists. */
  readonly guests: readonly pulumi.Resource[];
  /** What HA calls those: vm:100. */
  readonly made: readonly string[];
  readonly adopt: boolean;
}

/**
 * Where guests run and where they go: groups on Proxmox VE 8, rules on 9. The plan holds one of the two kinds.
 * Where HA has moved a guest is no part of this, so a move never shows as a change. Guests and rules are one dynamic
 * resource, because which of them can be told to HA depends on which guests exist, and only a look can say that.
 */
export class HaPlacement extends Component {
  readonly groups: pulumi.Output<string[]>;
  readonly rules: pulumi.Output<string[]>;
  readonly resources: pulumi.Output<string[]>;
  /** Guests of the file that do not exist yet. */
  readonly waiting: pulumi.Output<string[]>;

  constructor(name: string, args: HaPlacementArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha", "HaPlacement", name, { waiting: [...args.ha.waiting] }, opts);
    const groups = this.declareGroups(args);
    const managed = this.declareGuests(args, [...groups.values()]);
    this.groups = pulumi.output([...groups.keys()]);
    this.rules = managed?.placedBy ?? pulumi.output([]);
    this.resources = managed?.managed ?? pulumi.output([]);
    this.waiting = managed?.waiting ?? pulumi.output([]);
    this.registerOutputs({ groups: this.groups, rules: this.rules, resources: this.resources });
  }

  private declareGroups(args: HaPlacementArgs): Map<string, pulumi.Resource> {
    return new Map(args.ha.groups.map((group) => [group.name, this.declareGroup(group, args)]));
  }

  private declareGroup(group: HaGroupPlan, { adopt, site }: HaPlacementArgs): pulumi.Resource {
    const name = this.child(`group-${group.name}`);
    return declareNative(
      { resource: name, guard: `${name}-guard` },
      wantedGroup(group, adopt),
      site,
      {
        native: (hagroup, options) =>
          new Hagroup(
            hagroup,
            {
              group: group.name,
              nodes: { ...group.nodes },
              restricted: group.restricted,
              noFailback: group.noFailback,
              comment: group.comment,
            },
            options,
          ),
      },
      // On 9 groups are gone by conversion and can't be deleted any more: forgetting them is all that works.
      { parent: this, retainOnDelete: true },
    );
  }

  private declareGuests(
    args: HaPlacementArgs,
    groups: readonly pulumi.Resource[],
  ): Guests | undefined {
    const { ha, major, guests, made, adopt } = args;
    const { cluster, founder: connection } = args.site;
    if (ha.resources.length === 0) {
      return undefined;
    }
    const placements = ha.placements.map((placement) => placement.name);
    const migrated = ha.rules.some((rule) => rule.type === "node-affinity")
      ? [
          new MigratedGroups(
            this.child("migrated"),
            { cluster, connection, placements },
            { parent: this },
          ),
        ]
      : [];
    return new Guests(
      this.child("guests"),
      {
        cluster,
        major,
        connection,
        resources: ha.resources.map(({ declared: _declared, ...resource }) => resource),
        rules: [...ha.rules],
        made: [...made],
        adopt,
      },
      { parent: this, dependsOn: [...groups, ...migrated, ...guests] },
    );
  }
}
