import * as pulumi from "@pulumi/pulumi";

/** In a preview, a value that another resource has yet to compute arrives as this text, whatever its type. */
export function isUnknown(value: unknown): boolean {
  return value === pulumi.runtime.unknownValue;
}

/** Whether an unknown stands anywhere in a value. */
export function containsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return isUnknown(value);
  }
  return Object.values(value).some(containsUnknown);
}
