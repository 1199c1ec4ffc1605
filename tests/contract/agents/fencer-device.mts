import { spawn } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { PASSWORD, type Rehearsal, USER, UUID } from "../../../twin/testing/index.js";

const answer = z.object({
  failure: z.string().optional(),
  why: z.string().optional(),
  state: z.string().optional(),
  report: z
    .object({
      power: z.string(),
      off_offered: z.boolean().nullable(),
      identity: z.string().nullable(),
      rights: z.string().nullable(),
      clock_skew_s: z.number().nullable(),
      remark: z.string().nullable(),
    })
    .optional(),
  permits: z.number(),
  seconds: z.number(),
});
export type DeviceAnswer = z.output<typeof answer>;

export interface DeviceWish {
  readonly operation: "look" | "read" | "off" | "on" | "off-and-wait" | "on-and-wait";
  /** How long is waited. */
  readonly patienceS?: number;
  readonly uuid?: string;
  readonly seconds?: number;
  readonly withdrawn?: boolean;
  readonly refused?: string;
  /** Fields of the device as fencer.json has them. */
  readonly device?: Readonly<Record<string, unknown>>;
}

const script = path.join("agents", "fencer", "tests", "drive.py");

/** How fencer.json would describe the rehearsed controller. */
export function deviceOf(kind: "amt" | "redfish" | "ipmi", bmc: Rehearsal) {
  const common = { kind, address: "127.0.0.1", port: bmc.port, user: USER, password: PASSWORD };
  return kind === "ipmi"
    ? { ...common, cipherSuite: 3 }
    : { ...common, pins: [bmc.fingerprint.replaceAll(":", "").toLowerCase()] };
}

/** The fencer's own driver, once, against a controller. */
export function askDevice(
  device: Readonly<Record<string, unknown>>,
  wish: DeviceWish,
): Promise<DeviceAnswer> {
  const { device: changes, uuid = UUID, ...rest } = wish;
  return new Promise((resolve, reject) => {
    const child = spawn("python3", ["-B", script], { stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(answer.parse(JSON.parse(stdout)));
      else reject(new Error(`the driver ended with ${code}: ${stderr}`));
    });
    child.stdin.end(JSON.stringify({ device: { ...device, ...changes }, uuid, ...rest }));
  });
}
