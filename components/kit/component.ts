import * as pulumi from "@pulumi/pulumi";
import type { PhaseArea } from "../../config/phases.js";

/** Areas of the program; they are part of every type token and so stay for ever. */
export type Area = PhaseArea | "hooks";

/**
 * Base of all components: one form of type token, and children whose names begin with their component's, so
 * that a URN tells where a resource belongs.
 */
export abstract class Component extends pulumi.ComponentResource {
  readonly #name: string;

  protected constructor(
    area: Area,
    type: string,
    name: string,
    args: pulumi.Inputs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`proxmox-ha:${area}:${type}`, name, args, opts);
    this.#name = name;
  }

  protected child(suffix: string): string {
    return `${this.#name}-${suffix}`;
  }
}
