import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certify, type Identity } from "./openssl.js";

export type { Identity };

const DAY_MS = 86_400_000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);

/** SHA-256 of the certificate, upper-case hex with colons. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}

const CA_NAME = "Twin BMC authority";

/** An authority that signs certificates, by default those of the BMCs; made once per directory. */
export function certificateAuthority(dir: string, name = CA_NAME): Identity {
  return keep(dir, "ca", () =>
    certify({
      subject: name,
      from: daysFromNow(-1),
      to: daysFromNow(3650),
      extensions: [
        "basicConstraints = critical, CA:TRUE",
        "keyUsage = critical, keyCertSign, cRLSign",
      ],
    }),
  );
}

/** A BMC's own key and certificate, kept in its state directory like in flash. */
export function bmcIdentity(
  ca: Identity,
  dir: string,
  name: "bmc" | "expired" | "swapped",
  subject: string,
  address: string,
): Identity {
  return serverIdentity(ca, dir, name, subject, address);
}

/** Key and certificate of a server at an address; `expired` ended a year ago. */
export function serverIdentity(
  ca: Identity,
  dir: string,
  name: string,
  subject: string,
  address: string,
): Identity {
  const [from, to] = name === "expired" ? [-730, -365] : [-1, 1825];
  return keep(dir, name, () =>
    certify({
      subject,
      issuer: ca,
      from: daysFromNow(from),
      to: daysFromNow(to),
      extensions: [`subjectAltName = IP:${address}`, "extendedKeyUsage = serverAuth"],
    }),
  );
}

function keep(dir: string, name: string, make: () => Identity): Identity {
  const keyFile = join(dir, `${name}.key`);
  const certFile = join(dir, `${name}.pem`);
  if (existsSync(keyFile) && existsSync(certFile)) {
    return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
  }
  const identity = make();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(keyFile, identity.key, { mode: 0o600 });
  writeFileSync(certFile, identity.cert);
  return identity;
}
