import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { GuestsArgs } from "./schema.js";

/** Guests under HA and the rules that place them. */
export class Guests extends DynamicResource {
  /** Guests of the file that are under HA. */
  declare readonly managed: pulumi.Output<string[]>;
  /** Guests of the file that do not exist yet. */
  declare readonly waiting: pulumi.Output<string[]>;
  /** Rules of the file that are in force. */
  declare readonly placedBy: pulumi.Output<string[]>;

  constructor(name: string, args: ArgsOf<GuestsArgs>, options?: pulumi.CustomResourceOptions) {
    super("ha/guests", name, { ...args }, ["managed", "waiting", "placedBy"], options);
  }
}
