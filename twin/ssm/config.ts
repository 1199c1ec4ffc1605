import { z } from "zod";
import { checkedConfig, readJson } from "../process/service-process.js";

const parameter = z.strictObject({
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9_.\-/]+$/, "must start with / and hold letters, digits, _ . - and / only"),
  type: z.enum(["String", "SecureString"]),
  /** Random when absent. */
  value: z.string().min(1).optional(),
});

const ssmProcessConfig = z.strictObject({
  address: z.string().min(1),
  port: z.int().min(0).max(65535).default(4566),
  faultSocket: z.string().min(1),
  region: z.string().min(1).default("us-west-2"),
  parameters: z.array(parameter),
  /**
   * JSON of path -> value, mode 0600. Values in it are kept over a restart; new ones are added. The twin reads here
   * what it has to configure elsewhere, for example in a BMC.
   */
  seedFile: z.string().min(1),
  /** The `moto_server` program; found through what set-up wrote down when absent. */
  motoServer: z.string().min(1).optional(),
  /** Where the server's own messages go. */
  logFile: z.string().min(1),
});

export type SsmParameter = z.output<typeof parameter>;
export type SsmProcessConfig = z.output<typeof ssmProcessConfig>;
/** What the supervisor writes into the configuration file. */
export type SsmProcessInput = z.input<typeof ssmProcessConfig>;

export function parseSsmProcessConfig(value: unknown): SsmProcessConfig {
  return checkedConfig(ssmProcessConfig, value, "the parameter server");
}

export function readSsmProcessConfig(path: string): SsmProcessConfig {
  return parseSsmProcessConfig(readJson(path));
}
