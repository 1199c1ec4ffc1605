import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import { ApiObject } from "../../dynamic-providers/datacenter/object/resource.js";
import { NativeGuard } from "../../dynamic-providers/native/guard/resource.js";
import {
  consentsFor,
  holdsSomething,
  madeAt,
  pathOf,
  titleOf,
} from "../../dynamic-providers/native/native-schema.js";
import { recordedOnce } from "./recorded-once.js";
import type { Wanted } from "./wishes.js";

/** What a native resource has to know of its cluster. */
export interface NativeSite {
  readonly cluster: string;
  /** The member through which the cluster is told. */
  readonly founder: ConnectionPlan;
  readonly connections: readonly ConnectionPlan[];
  /** Last days of consents, by name. */
  readonly consentDays: Readonly<Record<string, string>>;
  /** Paths of what was on the cluster before the program came. */
  readonly takenOver: ReadonlySet<string>;
}

type Make = (name: string, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The two ways to make one. */
export interface Makers {
  /** Undefined where the native provider lacks what the file says, or would keep a secret in the state. */
  readonly native: Make | undefined;
  /** By default key by key, with what others set beside them left alone. */
  readonly own?: Make;
}

/**
 * The one way of everything that the native provider can make. It makes what is not there: looked for once more at that moment, as a cut
 * run may have made it, and guarded as long as it holds something. What somebody made before is kept by a resource of our own: the native
 * one knows of no taking over without a token, which is made in the same run, and writes more than what differs.
 */
export function declareNative(
  name: { readonly resource: string; readonly guard: string },
  wanted: Wanted,
  site: NativeSite,
  { native, own = ownObject(wanted, site) }: Makers,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { wish, native: kept } = wanted;
  if (native === undefined || site.takenOver.has(pathOf(wish))) {
    return own(name.resource, opts);
  }
  const made = native(
    name.resource,
    pulumi.mergeOptions(opts, {
      // Proxmox knows them by their names, so the old one goes before the new one comes.
      deleteBeforeReplace: true,
      hooks: recordedOnce(site.founder, wish),
    }),
  );
  if (holdsSomething(wish)) {
    new NativeGuard(
      name.guard,
      {
        native: kept,
        definition: made.id,
        connections: [...site.connections],
        consent: consentsFor(wish, site.consentDays),
      },
      opts,
    );
  }
  return made;
}

function ownObject({ wish }: Wanted, { cluster, founder }: NativeSite): Make {
  return (name, opts) =>
    new ApiObject(
      name,
      {
        cluster,
        connection: founder,
        adopt: wish.adopt,
        what: titleOf(wish),
        path: pathOf(wish),
        made: madeAt(wish),
        keys: wish.keys,
      },
      opts,
    );
}
