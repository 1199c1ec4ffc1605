import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import {
  NOTHING_STANDS,
  type StandingThings,
  standingThings,
  type storageRosterInputs,
} from "./schema.js";

/** Stands before every storage: none of them is touched while one that holds volumes is to go. */
export class StorageRoster extends DynamicResource {
  /** What was on the cluster before the program came. */
  declare readonly standing: pulumi.Output<unknown>;

  constructor(
    name: string,
    args: z.input<typeof storageRosterInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("pvesm/roster", name, { standing: NOTHING_STANDS, ...args }, [], options);
  }

  /**
   * The program has to know before it declares the rest, in a preview too; the check that tells needs nothing of the run. Where
   * the engine leaves the roster out (`--target`), an earlier program's state may not know, and that program had made everything.
   */
  async known(): Promise<StandingThings> {
    const plain: unknown = await pulumi.runtime.serializeProperty("standing", this.standing);
    return standingThings.safeParse(plain).data ?? NOTHING_STANDS;
  }
}
