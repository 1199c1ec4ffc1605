import ipaddr from "ipaddr.js";
import { z } from "zod";
import { oneLine, someLine } from "./text.js";

/** Corosync and Proxmox accept host-name syntax and, for cluster and bridge names, 15 characters. */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export const clusterName = oneLine
  .max(15, "Proxmox accepts at most 15 characters in a cluster name")
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    "use letters, digits and inner hyphens, as in a host name",
  );

export const nodeName = oneLine
  .max(63, "a host name has at most 63 characters")
  .regex(DNS_LABEL, "use lower-case letters, digits and inner hyphens, as in a host name");

export const networkName = oneLine
  .max(32, "use at most 32 characters")
  .regex(/^[a-z][a-z0-9-]*$/, "start with a letter; use lower-case letters, digits and hyphens");

export const interfaceName = oneLine
  .max(15, "Linux accepts at most 15 characters in an interface name")
  .regex(/^[a-zA-Z][a-zA-Z0-9_.-]*$/, "use letters, digits, '.', '_' and '-'");

export const ipv4 = oneLine.refine(
  (text) => ipaddr.IPv4.isValidFourPartDecimal(text),
  "write an IPv4 address: 10.0.0.11",
);

export const ipv6 = oneLine.refine(isIpv6, "write an IPv6 address: fd00:255::1");

export const ip = oneLine.refine(
  isAddress,
  "write an IP address without a prefix length: 10.0.0.11 or fd00:255::1",
);

export const cidr4 = oneLine.refine(
  (text) => ipaddr.IPv4.isValidCIDRFourPartDecimal(text),
  "write an IPv4 network with its prefix length: 10.0.0.0/24",
);

export const cidr6 = oneLine.refine(
  (text) => ipaddr.IPv6.isValidCIDR(text) && !text.includes("%"),
  "write an IPv6 network with its prefix length: fd00:255::/64",
);

/** A name that ends in digits alone is an address, and a wrong one. */
const HOST_NAME =
  /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*(?!\d+\.?$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.?$/;

export const hostOrIp = oneLine.refine(
  (text) => isAddress(text) || (text.length <= 253 && HOST_NAME.test(text)),
  "write a host name or an IP address: nas.home.example, 10.0.0.99",
);

export const domainName = oneLine.regex(
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  "write a DNS domain: home.example",
);

export const vlanId = z.int().min(1).max(4094);
export const mtu = z.int().min(1280).max(65520);
export const vmId = z.int().min(100).max(999_999_999);
/** The second digit says that it is one card's, and not a group's. */
export const unicastMac = oneLine.regex(
  /^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$/,
  "write the hardware address of one card: BC:24:11:00:00:64",
);
export const guestRef = oneLine.regex(
  /^(vm|ct):[1-9]\d{2,8}$/,
  "write vm:ID or ct:ID, for example vm:101",
);
export const storageId = oneLine.regex(
  /^[A-Za-z][A-Za-z0-9\-_.]*[A-Za-z0-9]$/,
  "use at least two characters, a letter first, then letters, digits, '-', '_' or '.'",
);
/** Pulumi reads an unquoted day as a moment and hands over `2026-12-01T00:00:00Z`. */
export const isoDate = oneLine
  .regex(
    /^\d{4}-\d{2}-\d{2}(T00:00:00Z)?$/,
    "write the last day on which it is allowed: 2026-12-01",
  )
  .refine((text) => dayExists(text.slice(0, 10)), "this day does not exist")
  .meta({ format: "date" })
  .transform((text) => text.slice(0, 10));
export const sha256Pin = oneLine.regex(
  /^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/,
  "write the SHA-256 fingerprint as 32 pairs: AA:BB:…",
);
/** SHA-256 in base64 without its padding; the last of 43 characters carries four bits only. */
export const hostKeyPin = oneLine.regex(
  /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/,
  "write the fingerprint as `ssh-keygen -lf` prints it: SHA256: and 43 characters",
);
export const publicKey = oneLine.regex(
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) AAAA[A-Za-z0-9+/]{16,}={0,2}( \S.*)?$/,
  "write a public ssh key as it stands in a .pub file",
);
export const webAddress = oneLine.regex(
  /^https?:\/\/[^\s/]+(\/\S.*|\/)?$/,
  "write an address that begins with https:// or http://",
);
/** What is sent there would cross the network in clear otherwise. */
export const httpsUrl = oneLine.refine(
  (text) => /^https:\/\/[^\s/@?#]+([/?#]\S*)?$/.test(text) && URL.canParse(text),
  "write an address that begins with https://, without user and password",
);
export const absolutePath = oneLine.regex(/^\/[^\s]*$/, "write an absolute path");
export const ssmPath = oneLine.regex(
  /^\/[A-Za-z0-9_.\-/]+$/,
  "an SSM parameter path starts with '/' and uses letters, digits, '_', '.', '-' and '/'",
);
export const calendarEvent = someLine;

/**
 * Where a secret lives. The value itself never stands in the stack file: the program reads it at the moment
 * of use.
 */
export const secretRef = z.union(
  [
    z.strictObject({ ssm: ssmPath }),
    z.strictObject({
      env: oneLine.regex(/^[A-Z][A-Z0-9_]*$/, "write the name of an environment variable"),
    }),
    z.strictObject({
      pulumi: oneLine.regex(
        /^[A-Za-z][A-Za-z0-9_-]*$/,
        "write the key of an encrypted config value",
      ),
    }),
  ],
  {
    error:
      "name where the secret is, never the secret itself: {ssm: /path}, {pulumi: key} or {env: NAME}",
  },
);
export type SecretRef = z.output<typeof secretRef>;

/** JavaScript moves the 31st of February into March; a calendar does not. */
function dayExists(day: string): boolean {
  const moment = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day);
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || isIpv6(text);
}

/** A zone (`%eth0`) names an interface of one machine and means nothing on the others. */
function isIpv6(text: string): boolean {
  return ipaddr.IPv6.isValid(text) && !text.includes("%");
}
