import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Failure } from "../../../config/failure/failure.js";
import type { Context } from "../../kit/runtime.js";
import type { CephDashboardInputs } from "./schema.js";

/** Values on their way to a host's standard input. */
export interface DashboardSecrets {
  /** By user. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly certificate?: {
    readonly chain: string;
    readonly key: string;
    /** As openssl writes it. */
    readonly fingerprint: string;
  };
}

export async function secretsOf(
  { users, certificate }: CephDashboardInputs,
  context: Context,
): Promise<DashboardSecrets> {
  const passwords = await Promise.all(
    users.map(async ({ name, password }) => {
      const value = (await context.secret(password)).reveal();
      if (value === "" || /[\r\n\t]/.test(value)) {
        throw unusable(
          `the password of ${name} for Ceph's page`,
          "it is empty, has a tab or more than one line",
        );
      }
      return [name, value] as const;
    }),
  );
  if (certificate === undefined) {
    return { passwords: Object.fromEntries(passwords) };
  }
  const [chain, key] = await Promise.all([
    context.secret(certificate.chain),
    context.secret(certificate.key),
  ]);
  return {
    passwords: Object.fromEntries(passwords),
    certificate: pairOf(chain.reveal(), key.reveal()),
  };
}

/** A key of another certificate would be found out by a page that does not come up any more. */
export function pairOf(chain: string, key: string): NonNullable<DashboardSecrets["certificate"]> {
  const what = "the certificate of Ceph's page";
  const read = <Value>(part: string, reader: () => Value): Value => {
    try {
      return reader();
    } catch {
      // The complaint may quote what it could not read.
      throw unusable(what, `the ${part} is not one in PEM, or has a passphrase`);
    }
  };
  const certificate = read("certificate", () => new X509Certificate(chain));
  const own = read("key", () => createPrivateKey(key));
  const spki = { type: "spki", format: "der" } as const;
  if (!createPublicKey(own).export(spki).equals(certificate.publicKey.export(spki))) {
    throw unusable(what, "the key is that of another certificate");
  }
  return { chain, key, fingerprint: certificate.fingerprint256 };
}

function unusable(what: string, why: string): Failure {
  return new Failure("failed", {
    tried: `to use ${what}`,
    where: "",
    cameBack: why,
    doNext:
      "Correct the value where the stack file's reference points, then run `pulumi up` again.",
  });
}
