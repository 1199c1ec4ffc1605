import { randomInt } from "node:crypto";
import { z } from "zod";
import { readIfThere, writeWhole } from "../process/write-whole.js";
import type { SsmParameter } from "./config.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** The longest password that `ipmi_sim` compares whole; IPMI 2.0 itself would take 20. */
const LENGTH = 16;

export type SeedValues = Readonly<Record<string, string>>;

/** A password that every kind of device takes: all four classes of characters, nothing that needs quoting. */
export function randomPassword(): string {
  const classes = "Aa1-";
  let password = classes;
  while (password.length < LENGTH) password += alphabet[randomInt(alphabet.length)];
  return password;
}

/** Adds a value for every parameter that has none. A value in the configuration wins over an earlier one. */
export function seedValues(parameters: readonly SsmParameter[], earlier: SeedValues): SeedValues {
  const entries = parameters.map(({ path, value }): [string, string] => [
    path,
    value ?? earlier[path] ?? randomPassword(),
  ]);
  return { ...earlier, ...Object.fromEntries(entries) };
}

export function readSeedFile(path: string): SeedValues {
  const written = readIfThere(path);
  if (written === undefined) return {};
  return z.record(z.string(), z.string()).parse(JSON.parse(written));
}

export function writeSeedFile(path: string, values: SeedValues): void {
  writeWhole(path, `${JSON.stringify(values, undefined, 2)}\n`, 0o600);
}
