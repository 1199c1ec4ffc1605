import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type ArgsOf, DynamicResource } from "./dynamic-resource.js";
import { noOutputs } from "./outputs.js";

/** A class of resources with what its kind takes and tells. */
export interface ResourceClass<Inputs extends z.ZodObject, Outputs extends z.ZodObject> {
  new (
    name: string,
    args: ArgsOf<z.input<Inputs>>,
    options?: pulumi.CustomResourceOptions,
  ): DynamicResource & {
    readonly [Key in keyof z.output<Outputs>]-?: pulumi.Output<z.output<Outputs>[Key]>;
  };
  readonly kind: string;
  readonly outputs: z.ZodObject;
}

/** Pulumi hands over its own values under these names; mocks do not, so that only a real run would show it. */
const PULUMIS_OWN = new Set(["id", "urn"]);

interface Always<Output extends string> extends pulumi.CustomResourceOptions {
  additionalSecretOutputs?: Output[];
}

/**
 * The class that components use, from the schemas of its kind: `class Thing extends defineResource(…) {}`. Pulumi gives an
 * instance a member for each name that it is handed, so the names and the types of the members come from one schema.
 *
 * @param kind folder of the resource: "host/files"
 * @param always options of every resource of the kind: earlier types of it, outputs that the engine keeps encrypted
 */
export function defineResource<
  Inputs extends z.ZodObject,
  Outputs extends z.ZodObject = typeof noOutputs,
>(
  kind: string,
  inputs: Inputs,
  outputs?: Outputs,
  always?: Always<keyof z.output<Outputs> & string>,
): ResourceClass<Inputs, Outputs>;
export function defineResource(
  kind: string,
  inputs: z.ZodObject,
  outputs: z.ZodObject = noOutputs,
  always: pulumi.CustomResourceOptions = {},
): {
  new (name: string, args: never, options?: pulumi.CustomResourceOptions): DynamicResource;
  readonly kind: string;
  readonly outputs: z.ZodObject;
} {
  const taken = [...Object.keys(inputs.shape), ...Object.keys(outputs.shape)].filter((key) =>
    PULUMIS_OWN.has(key),
  );
  if (taken.length > 0) {
    throw new Error(
      `${kind} cannot have ${taken.join(" and ")}: every resource of Pulumi has its own`,
    );
  }
  return class extends DynamicResource {
    static readonly kind = kind;
    static readonly outputs = outputs;

    constructor(name: string, args: object, options?: pulumi.CustomResourceOptions) {
      const merged = pulumi.mergeOptions(options, always);
      super(kind, name, { ...args }, Object.keys(outputs.shape), merged);
    }
  };
}
