import { PowerError } from "./power-error.js";

const hexOf = (uuid: string) => uuid.toLowerCase().replace(/[^0-9a-f]/g, "");

/** Swaps the bytes of the first three groups: SMBIOS stores them little-endian, and not all firmware turns them. */
function swapped(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const group = (from: number, to: number) => bytes.slice(from, to).reverse().join("");
  return group(0, 4) + group(4, 6) + group(6, 8) + bytes.slice(8).join("");
}

/** Whether two UUIDs name the same machine, in either byte order. */
export function sameMachine(a: string, b: string): boolean {
  const [left, right] = [hexOf(a), hexOf(b)];
  return left.length === 32 && (left === right || left === swapped(right));
}

/** A UUID in the usual writing from the 16 bytes that SMBIOS stores, given as hex. */
export function uuidFromSmbios(hex: string): string {
  return swapped(hexOf(hex)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Refuses when the device belongs to another machine than the expected one. */
export function requireMachine(
  expected: string | undefined,
  reported: string | undefined,
  tried: string,
  where: string,
): void {
  if (expected === undefined || (reported !== undefined && sameMachine(expected, reported))) return;
  throw new PowerError({
    failure: "wrong-machine",
    tried,
    where,
    cameBack: `the device says that its machine is ${reported ?? "nameless"}, not ${expected}.`,
    doNext:
      "No power was switched. Compare the address and the uuid of this node in the stack file with " +
      "/sys/class/dmi/id/product_uuid on the node.",
  });
}
