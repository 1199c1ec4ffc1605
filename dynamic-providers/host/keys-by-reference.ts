import { Failure } from "../../config/failure/failure.js";
import { publicKey, type SecretRef } from "../../config/schema/primitives.js";
import type { Context } from "../kit/runtime.js";
import { labelOf } from "../transport/secrets/reference.js";
import { sh } from "../transport/ssh/quoting.js";

/**
 * Keys of users that the stack file names by the place where they are kept. State and previews have the place; what came from it is on
 * record on the host, so that a run without secrets can compare, and a key that was exchanged at its place is taken back.
 */
export interface WishedUser {
  readonly name: string;
  readonly shell: string;
  readonly sudo: "none" | "password" | "no-password";
  readonly keys: readonly (string | SecretRef)[];
}

/** The same with its keys at hand. */
interface UserWithKeys extends WishedUser {
  readonly keys: readonly string[];
}

/** Keys that came from a place and were given to a user, by user. */
export type GivenKeys = Readonly<Record<string, readonly string[]>>;

/** By label of the place. */
export type KeptKeys = ReadonlyMap<string, string>;

const FOLDER = "/var/lib/proxmox-ha/keys-by-reference";

/** Prints a line a key: the user, a blank, the key. */
export const GIVEN_KEYS_COMMAND = sh`( for f in ${FOLDER}/*; do test ! -f "$f" || sed "s#^#$(basename "$f") #" "$f" || exit 1; done )`;

export function parseGivenKeys(text: string): GivenKeys {
  const given: Record<string, string[]> = {};
  for (const [, user = "", key = ""] of text.matchAll(/^(\S+) (\S.*)$/gm)) {
    given[user] = [...(given[user] ?? []), key];
  }
  return given;
}

/** Reads every key that a user is given from a place. What is no public key there goes nowhere. */
export async function readKeys(
  users: readonly WishedUser[],
  context: Pick<Context, "secret">,
): Promise<KeptKeys> {
  const read = users.flatMap(({ name, keys }) =>
    placesIn(keys).map(async (place): Promise<[string, string]> => {
      const key = publicKey.safeParse((await context.secret(place)).reveal().trim());
      if (!key.success) {
        throw new Failure("failed", {
          tried: `to read a public key of ${name}`,
          where: labelOf(place),
          cameBack: "what is kept there is no public ssh key",
          doNext:
            "Put there one line as it stands in a .pub file, never a private key; then run `pulumi up` again.",
        });
      }
      return [labelOf(place), key.data];
    }),
  );
  return new Map(await Promise.all(read));
}

/** Users with keys alone. Without an answer from the places those on record count. */
export function withKeys(
  users: readonly WishedUser[],
  given: GivenKeys,
  kept: KeptKeys | undefined,
): UserWithKeys[] {
  return users.map((user) => ({
    ...user,
    keys: [...plainOf(user.keys), ...cameFrom(user, given, kept)],
  }));
}

/** What a run gave earlier, places included: all that stands on record came from them. */
export function withGivenKeys(users: readonly WishedUser[], given: GivenKeys): UserWithKeys[] {
  return users.map((user) => ({
    ...user,
    keys: [...plainOf(user.keys), ...(given[user.name] ?? [])],
  }));
}

/** The record of one user's keys, where it has to change. */
export interface KeyRecord {
  readonly kind: "record";
  readonly user: string;
  readonly keys: readonly string[];
  readonly before: readonly string[];
}

export function planRecords(
  users: readonly WishedUser[],
  given: GivenKeys,
  kept: KeptKeys | undefined,
): KeyRecord[] {
  const names = [...new Set([...users.map(({ name }) => name), ...Object.keys(given)])];
  return names.flatMap((name) => {
    const user = users.find((one) => one.name === name);
    const keys = user === undefined ? [] : cameFrom(user, given, kept);
    const before = given[name] ?? [];
    const missing = placesIn(user?.keys ?? []).length > 0 && keys.length === 0;
    return missing || [...keys].sort().join("\n") !== [...before].sort().join("\n")
      ? [{ kind: "record", user: name, keys, before } as const]
      : [];
  });
}

/** Before anything is given it has the old keys too: a run that is cut leaves no key that nobody would take back. */
export const openRecord = ({ user, keys, before }: KeyRecord): string[] =>
  recordLines(user, [...new Set([...before, ...keys])]);

export const closeRecord = ({ user, keys }: KeyRecord): string[] => recordLines(user, keys);

function recordLines(user: string, keys: readonly string[]): string[] {
  const file = `${FOLDER}/${user}`;
  return keys.length === 0
    ? [sh`rm -f ${file}`]
    : [
        sh`install -d -m 700 ${FOLDER}`,
        sh`printf '%s\\n' ${keys} > ${FOLDER}/.new && mv -f ${FOLDER}/.new ${file}`,
      ];
}

function cameFrom(
  { name, keys }: WishedUser,
  given: GivenKeys,
  kept: KeptKeys | undefined,
): readonly string[] {
  const places = placesIn(keys);
  if (kept === undefined && places.length > 0) {
    return given[name] ?? [];
  }
  return places.flatMap((place) => kept?.get(labelOf(place)) ?? []);
}

const placesIn = (keys: WishedUser["keys"]): SecretRef[] =>
  keys.flatMap((key) => (typeof key === "string" ? [] : [key]));
const plainOf = (keys: WishedUser["keys"]): string[] =>
  keys.flatMap((key) => (typeof key === "string" ? [key] : []));
