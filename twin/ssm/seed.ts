import { randomInt } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { SsmParameter } from "./config.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** The longest password that IPMI 2.0 can carry. */
const LENGTH = 20;

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
  if (!existsSync(path)) return {};
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Written anew beside it and renamed, so that a reader never sees half a file. */
export function writeSeedFile(path: string, values: SeedValues): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify(values, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}
