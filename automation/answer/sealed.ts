import { randomBytes } from "node:crypto";

/** The alphabet in which crypt(3) writes six bits. */
const CRYPT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const letters = (count: number): string =>
  [...randomBytes(count)].map((byte) => CRYPT[byte & 63] ?? "").join("");

/**
 * What stands where the installer wants the hash of root's password: of the form of SHA-512, and drawn by lot, so there never was a
 * password and none can be found. The last of its letters carries two bits alone.
 */
export function sealedPassword(): string {
  return `$6$${letters(16)}$${letters(85)}${CRYPT[(randomBytes(1)[0] ?? 0) & 3] ?? ""}`;
}
