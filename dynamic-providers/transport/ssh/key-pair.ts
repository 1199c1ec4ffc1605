import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { utils } from "ssh2";
import { Failure, messageOf } from "../../../config/failure/failure.js";
import { Secret } from "../base/secret.js";

/** The stack's own key; made at first use when the stack file names none. */
export function ownKey(file: string): Secret {
  try {
    return new Secret(readFileSync(file, "utf8"));
  } catch (thrown) {
    if (!(thrown instanceof Error && Reflect.get(thrown, "code") === "ENOENT")) {
      throw new Failure("failed", {
        tried: "to read the program's ssh key",
        where: file,
        cameBack: messageOf(thrown),
        doNext: "Make the file readable for the user who runs this command.",
      });
    }
  }
  const pair = newKeyPair();
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, pair.private, { mode: 0o600 });
  writeFileSync(`${file}.pub`, `${pair.public}\n`);
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return new Secret(pair.private);
}

/** Far more than it ever takes. */
const TRIES = 20;

/**
 * A new ed25519 key pair. The library loses a zero byte at the beginning of a public key, so that one pair of 256 is nothing that any
 * ssh reads; such a pair is thrown away.
 */
export function newKeyPair(): { readonly private: string; readonly public: string } {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const pair = utils.generateKeyPairSync("ed25519", { comment: "proxmox-ha" });
    if (!(utils.parseKey(pair.private) instanceof Error)) {
      return pair;
    }
  }
  throw new Failure("failed", {
    tried: "to make an ssh key",
    where: "this machine",
    cameBack: `${TRIES} key pairs in a row could not be read`,
    doNext: "Make one with `ssh-keygen -t ed25519` and name it in the stack file.",
  });
}

/** The line of an authorized_keys file that belongs to a private key. */
export function publicLine(key: Secret, place: string): string {
  const parsed = utils.parseKey(key.reveal());
  const first = Array.isArray(parsed) ? parsed[0] : parsed;
  if (first === undefined || first instanceof Error) {
    throw new Failure("failed", {
      tried: "to read the program's ssh key",
      where: place,
      cameBack: `it is no private key that ssh understands (${first?.message ?? "empty"})`,
      doNext:
        "Store an unencrypted OpenSSH private key (ed25519) under the name in the stack file.",
    });
  }
  return `${first.type} ${first.getPublicSSH().toString("base64")} proxmox-ha`;
}
