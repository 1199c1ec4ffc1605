import { generateKeyPairSync, sign } from "node:crypto";

// Node can use certificates but not make them, and openssl is not on every machine; a self-signed one for a loopback
// server that lives for seconds is a handful of DER structures.

const tag = {
  integer: 0x02,
  bitString: 0x03,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
};
const ecdsaWithSha256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
const commonName = Buffer.from([0x55, 0x04, 0x03]);
const dayMs = 86_400_000;

/**
 * @param {number} kind
 * @param {...Buffer} parts
 */
function der(kind, ...parts) {
  const body = Buffer.concat(parts);
  // DER wants the shortest form of a length.
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([kind, ...length]), body]);
}

/** @param {number} timeMs */
function utcTime(timeMs) {
  const digits = new Date(timeMs).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(tag.utcTime, Buffer.from(`${digits}Z`));
}

/** @returns {{ key: string, cert: string }} PEM texts, valid for a day around now */
export function loopbackCertificate() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(tag.sequence, der(tag.oid, ecdsaWithSha256));
  const name = der(
    tag.sequence,
    der(
      tag.set,
      der(tag.sequence, der(tag.oid, commonName), der(tag.utf8, Buffer.from("loopback"))),
    ),
  );
  const body = der(
    tag.sequence,
    der(tag.integer, Buffer.from([1])),
    algorithm,
    name,
    der(tag.sequence, utcTime(Date.now() - dayMs), utcTime(Date.now() + dayMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]);
  const certificate = der(tag.sequence, body, algorithm, der(tag.bitString, signature));
  const base64 = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}
