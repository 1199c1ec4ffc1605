import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { nativeRosterInputs } from "./schema.js";
import { takenOverInVersion1 } from "./version-1-schema.js";

/** Stands before all natives: none of them is touched while one that holds something is to go. */
export class NativeRoster extends DynamicResource {
  /** Paths of those that were on the cluster before the program came. */
  declare readonly takenOver: pulumi.Output<unknown>;
  /** The same in a state of the first version, which stays as it is until something changes. */
  declare readonly standing: pulumi.Output<unknown>;

  constructor(
    name: string,
    args: z.input<typeof nativeRosterInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super(
      "native/roster",
      name,
      args,
      ["takenOver", "standing"],
      pulumi.mergeOptions(options, { aliases: [{ type: "pulumi-nodejs:dynamic/pvesm:Roster" }] }),
    );
  }

  /**
   * The program has to know before it declares the rest, in a preview too; the check that tells needs nothing of the run. Where
   * the engine leaves the roster out (`--target`), an earlier program's state may not know, and that program had made everything.
   */
  async known(): Promise<ReadonlySet<string>> {
    const { takenOver, standing } = this;
    const plain: unknown = await pulumi.runtime.serializeProperty("known", { takenOver, standing });
    return new Set(known.safeParse(plain).data);
  }
}

const known = z.union([
  z.object({ takenOver: z.array(z.string()) }).transform(({ takenOver }) => takenOver),
  takenOverInVersion1.transform(({ standing }) => standing),
]);
