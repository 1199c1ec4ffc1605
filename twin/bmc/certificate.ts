import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { der } from "./der.js";

/** A key with its certificate, both PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;
const ecdsaWithSha256 = der.sequence(der.objectId("1.2.840.10045.4.3.2"));
const commonName = (name: string) =>
  der.sequence(der.set(der.sequence(der.objectId("2.5.4.3"), der.utf8(name))));
const spki = (key: KeyObject) =>
  createPublicKey(key.export({ type: "pkcs8", format: "pem" })).export({
    type: "spki",
    format: "der",
  });
const keyId = (key: KeyObject) => createHash("sha1").update(spki(key)).digest();

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectId(id), ...flag, der.octetString(value));
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = new Array<string>(8 - first.length - last.length).fill("0");
  const hex = [...first, ...zeros, ...last].map((group) => group.padStart(4, "0")).join("");
  return Buffer.from(hex, "hex");
}

function certify(options: {
  readonly subject: string;
  readonly subjectKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}): string {
  const { subject, subjectKey, issuer, issuerKey, validity, extensions } = options;
  const serial = Buffer.concat([Buffer.from([0x4d]), randomBytes(15)]);
  const tbs = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    ecdsaWithSha256,
    commonName(issuer),
    der.sequence(der.utcTime(validity.from), der.utcTime(validity.to)),
    commonName(subject),
    spki(subjectKey),
    der.explicit(
      3,
      der.sequence(
        extension("2.5.29.14", der.octetString(keyId(subjectKey))),
        extension("2.5.29.35", der.sequence(der.implicit(0, keyId(issuerKey)))),
        ...extensions,
      ),
    ),
  );
  const certificate = der.sequence(
    tbs,
    ecdsaWithSha256,
    der.bitString(sign("sha256", tbs, issuerKey)),
  );
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const yearsFromNow = (years: number): Validity => ({
  from: new Date(Date.now() - DAY_MS),
  to: new Date(Date.now() + years * 365 * DAY_MS),
});

/** SHA-256 of the certificate, upper-case hex with colons. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}

const CA_NAME = "Twin BMC authority";

/** An authority that signs certificates, by default those of the BMCs; made once per directory. */
export function certificateAuthority(dir: string, name = CA_NAME): Identity {
  return keep(dir, "ca", () => {
    const key = newKey();
    const cert = certify({
      subject: name,
      subjectKey: key,
      issuer: name,
      issuerKey: key,
      validity: yearsFromNow(10),
      extensions: [
        extension("2.5.29.19", der.sequence(der.boolean(true)), true),
        // keyCertSign and cRLSign
        extension("2.5.29.15", der.bitString(Buffer.from([0x06]), 1), true),
      ],
    });
    return { key: pem(key), cert };
  });
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
  return keep(dir, name, () => {
    const key = newKey();
    const cert = certify({
      subject,
      subjectKey: key,
      issuer: new X509Certificate(ca.cert).subject.replace(/^CN=/, ""),
      issuerKey: createPrivateKey(ca.key),
      validity:
        name === "expired"
          ? { from: new Date(Date.now() - 730 * DAY_MS), to: new Date(Date.now() - 365 * DAY_MS) }
          : yearsFromNow(5),
      extensions: [
        extension("2.5.29.17", der.sequence(der.implicit(7, addressBytes(address)))),
        extension("2.5.29.37", der.sequence(der.objectId("1.3.6.1.5.5.7.3.1"))),
      ],
    });
    return { key: pem(key), cert };
  });
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
