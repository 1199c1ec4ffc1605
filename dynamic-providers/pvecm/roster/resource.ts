import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { rosterInputs } from "./schema.js";

export type RosterArgs = z.input<typeof rosterInputs>;

/** The first thing of every run: nothing else begins when a node has silently left the stack file. */
export class Roster extends DynamicResource {
  constructor(name: string, args: RosterArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/roster", name, args, [], options);
  }
}
