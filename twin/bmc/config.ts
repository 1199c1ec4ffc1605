import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { checkedConfig, readJson } from "../process/service-process.js";

export const redfishFlavours = [
  "ami",
  "idrac",
  "ilo",
  "openbmc",
  "supermicro",
  "xcc",
] as const satisfies readonly string[];

const common = {
  node: z.string().min(1),
  address: z.string().min(1),
  user: z.string().min(1),
  /** One line. A file, so that the password stands neither in the configuration nor in argv. */
  passwordFile: z.string().min(1),
  uuid: z.guid(),
  hostname: z.string().min(1).optional(),
  /** Keeps what a real BMC keeps over a restart: its key and certificate. */
  stateDir: z.string().min(1),
};

const lockout = z.strictObject({
  threshold: z.int().min(1),
  seconds: z.number().positive(),
});

const redfishBmc = z.strictObject({
  ...common,
  kind: z.literal("redfish"),
  port: z.int().min(0).max(65535).default(443),
  flavour: z.enum(redfishFlavours).default("ami"),
  lockout: lockout.default({ threshold: 5, seconds: 300 }),
  /** False: logins only by session, as some services are set up. */
  basicAuth: z.boolean().default(true),
});

const amtBmc = z.strictObject({
  ...common,
  kind: z.literal("amt"),
  port: z.int().min(0).max(65535).default(16993),
  /** Firmware before Raptor Lake also listened without TLS, on 16992. */
  plainPort: z.int().min(0).max(65535).optional(),
});

const ipmiBmc = z.strictObject({
  ...common,
  kind: z.literal("ipmi"),
  port: z.int().min(1).max(65535).default(623),
});

const oid = z.string().regex(/^\d+(\.\d+)*$/);
const command = z.strictObject({ oid, value: z.int() });

/** What of a power distribution unit belongs to one node. */
const pduBmc = z.strictObject({
  kind: z.literal("pdu"),
  node: common.node,
  address: common.address,
  port: z.int().min(1).max(65535).default(161),
  /** Of the account, or the community. */
  passwordFile: common.passwordFile,
  stateDir: common.stateDir,
  outlets: z.array(oid).min(1),
  table: z.strictObject({
    off: command,
    on: command,
    state: z.strictObject({ oid, off: z.int(), on: z.int() }),
    name: oid.optional(),
  }),
  /** Of SNMPv3; without it the password is a community. */
  account: z
    .strictObject({
      user: z.string().min(1),
      authentication: z.enum(["sha", "sha256", "sha512"]),
      encryption: z.enum(["aes", "aes256"]),
      encryptionPasswordFile: z.string().min(1).optional(),
    })
    .optional(),
});

const bmc = z.discriminatedUnion("kind", [redfishBmc, amtBmc, ipmiBmc, pduBmc]);

const bmcProcessConfig = z
  .strictObject({
    controlSocket: z.string().min(1),
    faultSocket: z.string().min(1),
    /** Where the certificate authority of this twin's BMCs lives; next to the fault socket by default. */
    caDir: z.string().min(1).optional(),
    bmcs: z.array(bmc),
  })
  .transform((config) => ({
    ...config,
    caDir: config.caDir ?? join(dirname(config.faultSocket), "bmc-ca"),
  }));

export type RedfishBmcConfig = z.output<typeof redfishBmc>;
export type AmtBmcConfig = z.output<typeof amtBmc>;
export type IpmiBmcConfig = z.output<typeof ipmiBmc>;
export type PduBmcConfig = z.output<typeof pduBmc>;
export type BmcConfig = z.output<typeof bmc>;
export type BmcProcessConfig = z.output<typeof bmcProcessConfig>;
/** What the supervisor writes into the configuration file. */
export type BmcProcessInput = z.input<typeof bmcProcessConfig>;

export function parseBmcProcessConfig(value: unknown): BmcProcessConfig {
  const config = checkedConfig(bmcProcessConfig, value, "the BMCs");
  const seen = new Set<string>();
  for (const { node, kind, address } of config.bmcs) {
    // Two units may feed one node.
    const key = `${node}/${kind}${kind === "pdu" ? `/${address}` : ""}`;
    if (seen.has(key)) throw new Error(`the configuration names the ${kind} BMC of ${node} twice`);
    seen.add(key);
  }
  return config;
}

export function readBmcProcessConfig(path: string): BmcProcessConfig {
  return parseBmcProcessConfig(readJson(path));
}

export function readPassword(path: string): string {
  const password = readFileSync(path, "utf8").split("\n", 1)[0] ?? "";
  if (password === "")
    throw new Error(`the password file ${path} is empty; write one line into it`);
  return password;
}
