import * as pulumi from "@pulumi/pulumi";
import { PROVIDER_KEY } from "./engine.js";
import { endProgram, presenceOf } from "./presence.js";
import { providersPlace } from "./provider-place.js";
import { secretVersionsOf } from "./secret-versions.js";

/** Arguments in which every value, at any depth, may come from another resource. */
export type ArgsOf<T> = T extends object
  ? { readonly [Key in keyof T]: pulumi.Input<ArgsOf<T[Key]>> }
  : T;

/**
 * Base of every dynamic resource. The text that finds the provider is constant and names compiled code, so that a mended
 * provider takes effect for existing resources at once, destroy included, and the state stays small.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  /**
   * @param kind folder of the resource: "host/files"
   * @param outputs names of the outputs that only the provider knows
   */
  protected constructor(
    kind: string,
    name: string,
    args: pulumi.Inputs,
    outputs: readonly string[],
    options?: pulumi.CustomResourceOptions,
  ) {
    const computed = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const versions = secretVersionsOf(args);
    const presence = presenceOf(name);
    super(
      typeToken(kind),
      name,
      {
        ...computed,
        ...versions.inputs,
        ...args,
        ...presence.inputs,
        [PROVIDER_KEY]: providerText(kind),
      },
      pulumi.mergeOptions(options, versions.options),
    );
    // What depends on a resource waits for its URN, and is never declared without one.
    const urn = this.urn.apply((known) => {
      const why = presence.leftOut();
      return why === undefined ? known : endProgram(why);
    });
    Object.assign(this, { urn });
  }
}

/** `host/files` is `pulumi-nodejs:dynamic/host:Files`. */
export function typeToken(kind: string): string {
  const [domain = "", thing = ""] = kind.split("/");
  const name = thing
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return `pulumi-nodejs:dynamic/${domain}:${name}`;
}

/** The provider's process runs in the project's folder, so that is where the path begins, or the search for the package. */
export function providerText(kind: string): string {
  return `exports.handler=()=>require(${JSON.stringify(providersPlace())}).providers[${JSON.stringify(kind)}]`;
}
