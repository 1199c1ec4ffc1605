import { look, type Part } from "../transport/pvesh/part.js";
import { command, raw, sh } from "../transport/ssh/quoting.js";
import type { KeptSecret, StorageWish } from "./definition.js";

/** Values of secrets on their way into a script's standard input; absent ones are empty lines. */
export interface SecretValues {
  readonly password?: string | undefined;
  readonly encryptionKey?: string | undefined;
}

/** A line for each, because a script reads lines. White space has no meaning in a key file. */
export function secretLines({ password = "", encryptionKey = "" }: SecretValues): Buffer {
  if (password.includes("\n")) {
    throw new Error("a password of a storage is one line");
  }
  return Buffer.from(`${password}\n${encryptionKey.replaceAll(/\s+/g, " ").trim()}\n`);
}

const READ_SECRETS = "IFS= read -r password; IFS= read -r key";

interface KeptSecrets {
  readonly password: KeptSecret;
  readonly encryptionKey: KeptSecret;
}

/** How the secrets on the host compare with those that come over standard input. */
export function comparison({ id, type }: StorageWish): Part<KeptSecrets> {
  const kept = `/etc/pve/priv/storage/${id}`;
  const word = type === "cifs" ? "sed -n '1s/^password=//p'" : "sed -n 1p";
  const verdict = (name: string, file: string, sent: string, there: string): string =>
    sh`if test ! -e ${file}; then echo ${name} missing; elif test -z "${raw(sent)}"; then echo ${name} not compared; elif test "${raw(sent)}" = "$(${raw(there)})"; then echo ${name} same; else echo ${name} different; fi`;
  const script = [
    READ_SECRETS,
    verdict("@password", `${kept}.pw`, "$password", sh`${raw(word)} ${`${kept}.pw`}`),
    "key=$(printf %s \"$key\" | tr -d '[:space:]')",
    verdict("@key", `${kept}.enc`, "$key", sh`tr -d '[:space:]' < ${`${kept}.enc`}`),
  ].join("\n");
  return look("comparison of secrets", script, verdicts);
}

function verdicts(text: string): KeptSecrets {
  const line = (mark: string): string =>
    text
      .split("\n")
      .find((one) => one.startsWith(`${mark} `))
      ?.slice(mark.length + 1) ?? "";
  return { password: keptSecret(line("@password")), encryptionKey: keptSecret(line("@key")) };
}

function keptSecret(text: string): KeptSecret {
  return text === "same" || text === "different" || text === "missing" ? text : "not compared";
}

export interface SecretSteps {
  readonly password: boolean;
  readonly encryptionKey: boolean;
}

/**
 * pvesm takes a password from standard input and a key from a file, so that neither stands in an argument; the key's
 * file is a descriptor and never on a disk.
 */
function withSecrets(args: readonly string[], steps: SecretSteps): string {
  const call = [
    command(...args),
    ...(steps.encryptionKey ? ["--encryption-key /dev/fd/3"] : []),
    ...(steps.password ? ["--password"] : []),
  ].join(" ");
  const fed = steps.password
    ? sh`printf '%s\\n' "$password" | ${raw(call)}`
    : sh`${raw(call)} < /dev/null`;
  return [
    "export LC_ALL=C",
    READ_SECRETS,
    ...(steps.encryptionKey ? ["exec 3<<END", "$key", "END"] : []),
    fed,
  ].join("\n");
}

export function addScript(wish: StorageWish, steps: SecretSteps): string {
  const options = optionArguments({ ...wish.fixed, ...wish.options });
  return withSecrets(["pvesm", "add", wish.type, wish.id, ...options], steps);
}

export function setScript(
  id: string,
  changed: Readonly<Record<string, string>>,
  deleted: readonly string[],
  steps: SecretSteps,
): string {
  const gone = deleted.length === 0 ? [] : ["--delete", deleted.join(",")];
  return withSecrets(["pvesm", "set", id, ...optionArguments(changed), ...gone], steps);
}

export function removeScript(id: string): string {
  return ["export LC_ALL=C", command("pvesm", "remove", id)].join("\n");
}

function optionArguments(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [`--${key}`, value]);
}
