import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { defineResource } from "../../kit/define-resource.js";
import { nativeRosterInputs, nativeRosterOutputs } from "./schema.js";
import { takenOverInVersion1 } from "./version-1-schema.js";

/** Stands before all natives: none of them is touched while one that holds something is to go. */
export class NativeRoster extends defineResource(
  "native/roster",
  nativeRosterInputs,
  nativeRosterOutputs,
  { aliases: [{ type: "pulumi-nodejs:dynamic/pvesm:Roster" }] },
) {
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
