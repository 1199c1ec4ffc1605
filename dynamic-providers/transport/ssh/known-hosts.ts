import { createHash, timingSafeEqual } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../../config/failure/failure.js";

/** OpenSSH's notation of a key's fingerprint. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

export interface PinRequest {
  readonly host: string;
  readonly port: number;
  readonly place: string;
  readonly wanted: string;
  readonly file: string;
  /** Whether the file is there for a next time. */
  readonly isKept: boolean;
}

/**
 * Judges a host's key. Returns a sentence when the key was recorded just now; throws when it is not the known one.
 * The file has the format of OpenSSH, so that `ssh -o UserKnownHostsFile=` can use it.
 */
export function judgeHostKey(request: PinRequest, key: Buffer): string | undefined {
  const seen = fingerprintOf(key);
  if (request.wanted !== "trust-first-use") {
    if (!same(request.wanted, seen)) {
      throw changed(request, request.wanted, seen, "in the stack file");
    }
    return undefined;
  }
  const name = request.port === 22 ? request.host : `[${request.host}]:${request.port}`;
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
  const recorded = recordedKeys(request.file, name).find((entry) => entry.type === type);
  if (recorded === undefined) {
    if (recordedKeys(request.file, name).length > 0) {
      const other = recordedKeys(request.file, name)[0];
      throw changed(request, other?.fingerprint ?? "", seen, `in ${request.file}`);
    }
    mkdirSync(path.dirname(request.file), { recursive: true, mode: 0o700 });
    appendFileSync(request.file, `${name} ${type} ${key.toString("base64")}\n`, { mode: 0o600 });
    const kept = request.isKept ? `recorded in ${request.file}` : "(this look does not record it)";
    return `${request.place}: first contact, host key ${seen} ${kept}`;
  }
  if (!same(recorded.fingerprint, seen)) {
    throw changed(request, recorded.fingerprint, seen, `in ${request.file}`);
  }
  return undefined;
}

function recordedKeys(file: string, name: string): { type: string; fingerprint: string }[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const [names, type, key] = line.trim().split(/\s+/);
    return names === name && type !== undefined && key !== undefined
      ? [{ type, fingerprint: fingerprintOf(Buffer.from(key, "base64")) }]
      : [];
  });
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function changed(request: PinRequest, known: string, seen: string, where: string): Failure {
  return new Failure("refused", {
    tried: "to connect by ssh",
    where: request.place,
    cameBack: `the host shows the key ${seen}, but ${where} stands ${known}`,
    doNext: `Either the host was installed anew, or something else answers at its address. Compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the host's own console; only if it is the same, correct the entry ${where}.`,
  });
}
