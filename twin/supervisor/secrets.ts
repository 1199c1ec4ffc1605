import { generateKeyPairSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { secretKey, type TwinPlan } from "../plan/twin-plan.js";
import { readIfThere, writeWhole } from "../process/write-whole.js";
import { randomPassword } from "../ssm/seed.js";

const secretsSchema = z.record(z.string(), z.string());

/** What `proxmox-backup-client key create --kdf none` writes, which is all that Proxmox takes as a key. */
function backupKey(): string {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "+00:00");
  const data = randomBytes(32).toString("base64");
  return JSON.stringify({ kdf: null, created: now, modified: now, data });
}

/** A line as in a .pub file, whose other half nobody keeps. */
function publicKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const kind = "ssh-ed25519";
  const blob = Buffer.concat([part(Buffer.from(kind)), part(raw)]);
  return `${kind} ${blob.toString("base64")} twin`;
}

const makeUp = { password: randomPassword, "backup-key": backupKey, "public-key": publicKey };

/** Every secret of a twin by `kind:name`. Made at random when the twin starts; never in arguments or logs. */
export class TwinSecrets {
  readonly #values: Map<string, string>;
  readonly #plan: TwinPlan;

  private constructor(plan: TwinPlan, values: Map<string, string>) {
    this.#plan = plan;
    this.#values = values;
  }

  /** Reads what an earlier start wrote, and makes up what is missing. */
  static open(plan: TwinPlan, file: string): TwinSecrets {
    const written = readIfThere(file);
    const earlier = written === undefined ? {} : secretsSchema.parse(JSON.parse(written));
    const values = new Map(Object.entries(earlier));
    const wanted = [
      { secret: plan.secrets.installerPassword, form: "password" as const },
      ...plan.secrets.all,
    ];
    for (const { secret, form } of wanted) {
      const key = secretKey(secret);
      if (!values.has(key)) values.set(key, makeUp[form]());
    }
    writeWhole(file, `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`, 0o600);
    return new TwinSecrets(plan, values);
  }

  get rootPassword(): string {
    return this.of(secretKey(this.#plan.secrets.installerPassword));
  }

  of(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new Error(`the twin has no secret ${key}`);
    return value;
  }

  /** Values of one kind by name: SSM paths, or names of environment variables. */
  byKind(kind: "ssm" | "env" | "pulumi"): Record<string, string> {
    const start = `${kind}:`;
    return Object.fromEntries(
      [...this.#values]
        .filter(([key]) => key.startsWith(start))
        .map(([key, value]) => [key.slice(start.length), value]),
    );
  }
}
