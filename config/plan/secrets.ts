import { isNotApplied } from "../not-applied.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { type SecretRef, secretRef } from "../schema/primitives.js";

export interface SecretUse {
  readonly reference: SecretRef;
  /** Where in the stack file it stands: `nodes.frege.fence.amt.login.password`. */
  readonly path: string;
  /** What it is for, for people. */
  readonly purpose: string;
}

/** Every secret that the stack names, in the order of the file. None of their values is known here. */
export function namedSecrets(spec: ClusterSpec): SecretUse[] {
  return walk(spec, []);
}

/** Those that a run may read: what is not applied needs none, nor do devices that are never used. */
export function planSecrets(spec: ClusterSpec): SecretUse[] {
  const unused = (path: readonly string[]): boolean =>
    isNotApplied(path, spec) || (spec.fencing.power === "off" && path[2] === "fence");
  return namedSecrets(spec).filter(({ path }) => !unused(path.split(".")));
}

function walk(value: unknown, path: readonly string[]): SecretUse[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const reference = secretRef.safeParse(value);
  if (reference.success) {
    return [{ reference: reference.data, path: path.join("."), purpose: purposeOf(path) }];
  }
  return Object.entries(value).flatMap(([key, member]) => walk(member, [...path, key]));
}

function purposeOf(path: readonly string[]): string {
  const [area = "", first = "", second = "", third = ""] = path;
  switch (area) {
    case "access":
      return first === "key" ? "the program's ssh key" : "root password of the installer";
    case "base":
      return `public key of ${second}`;
    case "nodes":
      return `${third}${path.at(-1) === "encryptionPassword" ? " encryption" : ""} login of ${first}`;
    case "storage":
      return `${path.at(-1) === "encryptionKey" ? "encryption key" : "password"} of storage ${first}`;
    case "datacenter":
      return `notification target ${third}, ${path.at(-1)}`;
    case "backup":
      return `backup, ${path.slice(1).join(" ")}`;
    case "identity":
      return second === "" ? `identity, ${first}` : `identity, ${path.slice(1).join(" ")}`;
    default:
      return path.join(" ");
  }
}
