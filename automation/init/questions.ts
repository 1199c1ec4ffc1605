import { z } from "zod";
import { networkOf } from "../../config/plan/address.js";
import { HARDWARE_PROFILES, hardwareProfile } from "../../config/schema/hardware.js";
import {
  cidr4,
  clusterName,
  domainName,
  hostKeyPin,
  hostOrIp,
  interfaceName,
  ip,
  ipv4,
  nodeName,
  type SecretRef,
  secretRef,
} from "../../config/schema/primitives.js";
import { TIME_ZONES } from "../../config/schema/system-names.js";

/** Something that a person is asked for, or says by an option. */
export interface Question<Answer> {
  readonly option: string;
  /** As it stands behind "Which …?" in an error and before the colon at a prompt. */
  readonly asks: string;
  readonly example: string;
  readonly reads: z.ZodType<Answer>;
}

/** Words that a person separates by blanks or commas. */
const words = z.string().transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""));
const listOf = <Of>(one: z.ZodType<Of, string>) =>
  words.pipe(z.array(one).min(1, "name at least one"));

export interface NamedNode {
  readonly name: string;
  readonly address: string;
}

const namedNode = z
  .string()
  .regex(/^[^=]+=[^=]+$/, "write NAME=ADDRESS for each")
  .transform((text) => {
    const [name = "", address = ""] = text.split("=");
    return { name, address };
  })
  .pipe(z.strictObject({ name: nodeName, address: ip }));

/** `env:NAME`, `ssm:/path` or `pulumi:key`. */
const reference = z.string().transform((text, context): SecretRef => {
  const [, source, place] = /^(env|ssm|pulumi):(.+)$/.exec(text) ?? [];
  const named = secretRef.safeParse(source === undefined ? text : { [source]: place });
  if (named.success) {
    return named.data;
  }
  context.addIssue({
    code: "custom",
    message: "name where the secret is, never the secret itself: env:NAME, ssm:/path or pulumi:key",
  });
  return z.NEVER;
});

export const questions = {
  from: {
    option: "--from",
    asks: "addresses of hosts that run Proxmox VE already",
    example: "10.0.0.11 10.0.0.12 10.0.0.13",
    reads: listOf(hostOrIp),
  },
  hostKeys: {
    option: "--host-key",
    asks: "fingerprints of the hosts' ssh keys, as their consoles show them",
    example: "SHA256:Jq0OjupvWnhgq0sNyE8iTQGAt/mdtlXe1FpDdKOX/Ig",
    reads: listOf(hostKeyPin),
  },
  password: {
    option: "--password",
    asks: "where root's password of the hosts is, as env:NAME, ssm:/path or pulumi:key",
    example: "env:ROOT_PASSWORD",
    reads: reference,
  },
  key: {
    option: "--key",
    asks: "where a private ssh key is that the hosts accept, as env:NAME or ssm:/path",
    example: "ssm:/lab/ssh_key",
    reads: reference,
  },
  name: {
    option: "--name",
    asks: "name of the cluster, which never changes",
    example: "lab",
    reads: clusterName,
  },
  nodes: {
    option: "--node",
    asks: "hosts as NAME=ADDRESS, the founder first",
    example: "one=10.0.0.11 two=10.0.0.12 three=10.0.0.13",
    reads: listOf(namedNode),
  },
  hardware: {
    option: "--hardware",
    asks: `hardware: ${HARDWARE_PROFILES.join(", ")}`,
    example: "generic",
    reads: hardwareProfile,
  },
  port: {
    option: "--port",
    asks: "network port that carries the hosts' addresses",
    example: "eno1",
    reads: interfaceName,
  },
  network: {
    option: "--network",
    asks: "network of the hosts",
    example: "10.0.0.0/24",
    reads: cidr4.transform((text) => networkOf(text)),
  },
  gateway: { option: "--gateway", asks: "default gateway", example: "10.0.0.1", reads: ipv4 },
  dns: { option: "--dns", asks: "name servers", example: "10.0.0.1", reads: listOf(ip) },
  ntp: { option: "--ntp", asks: "time sources", example: "10.0.0.1", reads: listOf(hostOrIp) },
  domain: {
    option: "--domain",
    asks: "DNS domain of the hosts",
    example: "home.example",
    reads: domainName,
  },
  timezone: {
    option: "--timezone",
    asks: "time zone",
    example: "Europe/Vienna",
    reads: z
      .string()
      .refine(
        (text) => TIME_ZONES.has(text),
        "write a time zone as `timedatectl list-timezones` shows it: Europe/Vienna",
      ),
  },
  major: {
    option: "--major",
    asks: "major version of Proxmox VE, 8 or 9",
    example: "9",
    reads: z
      .enum(["8", "9"], { error: "write 8 or 9" })
      .transform((text): 8 | 9 => (text === "8" ? 8 : 9)),
  },
} as const satisfies Readonly<Record<string, Question<unknown>>>;

export type QuestionName = keyof typeof questions;
