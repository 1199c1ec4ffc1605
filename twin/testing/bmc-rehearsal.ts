import { createSocket } from "node:dgram";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { OUTLET_TABLES } from "../../config/hardware/outlet-tables.js";
import { type BmcProcessInput, parseBmcProcessConfig } from "../bmc/config.js";
import type { BmcFaultInput } from "../bmc/faults.js";
import { startBmcs } from "../bmc/main.js";
import { unixHttp } from "../bmc/unix-http.js";

type BmcInput = BmcProcessInput["bmcs"][number];
/** What a test says about a BMC; the rest is the rehearsal's. */
export type BmcWish =
  | Pick<Extract<BmcInput, { kind: "redfish" }>, "kind" | "flavour" | "lockout" | "basicAuth">
  | { readonly kind: "amt" | "ipmi" };

export const USER = "fence";
export const PASSWORD = "Rehearsal-only-1";
export const UUID = "4c4c4544-0042-4a10-8051-b4c04f4d3332";
export const OTHER_UUID = "11111111-2222-4333-8444-555555555555";
export const NODE = "alpha";

const described = z.array(
  z.object({
    port: z.number(),
    plainPort: z.number().optional(),
    fingerprints: z.record(z.string(), z.string()),
    faults: z.array(z.object({ kind: z.string() })),
  }),
);
const logged = z.array(
  z.object({
    method: z.string(),
    path: z.string(),
    outcome: z.union([z.number(), z.string()]),
    note: z.string().optional(),
  }),
);

/** The outlets of the node, 7 and 8 of a unit with the table of an APC. */
interface RehearsedOutlets {
  readonly port: number;
  fault(fault: BmcFaultInput): Promise<void>;
  heal(): Promise<void>;
}

/** One node with one BMC on loopback, and a host whose power is a variable. */
export interface Rehearsal {
  readonly host: {
    state: "on" | "off";
    readonly actions: string[];
    /** Answers to the next questions, before `state` is told again. */
    readonly reads: ("on" | "off")[];
  };
  readonly port: number;
  readonly plainPort: number | undefined;
  readonly fingerprint: string;
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly caFile: string;
  fault(fault: BmcFaultInput): Promise<void>;
  heal(): Promise<void>;
  /** Where they were wished for. */
  readonly outlets: RehearsedOutlets;
  describe(): Promise<z.output<typeof described>[number]>;
  requests(): Promise<z.output<typeof logged>>;
  end(): Promise<void>;
}

export async function rehearse(
  wish: BmcWish,
  { outlets = false }: { readonly outlets?: boolean } = {},
): Promise<Rehearsal> {
  const dir = mkdtempSync(join(tmpdir(), "bmc-rehearsal-"));
  const path = (name: string) => join(dir, name);
  const host: Rehearsal["host"] = { state: "on", actions: [], reads: [] };
  const control = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      if (request.method === "POST") {
        const { action } = z.object({ action: z.string() }).parse(JSON.parse(body));
        host.actions.push(action);
        host.state = action === "off" ? "off" : "on";
      }
      response.end(JSON.stringify({ state: host.reads.shift() ?? host.state }));
    });
  });
  await new Promise<void>((done) => control.listen(path("control.sock"), done));
  writeFileSync(path("password"), `${PASSWORD}\n`, { mode: 0o600 });
  const common = {
    node: NODE,
    address: "127.0.0.1",
    user: USER,
    passwordFile: path("password"),
    uuid: UUID,
    stateDir: path("bmc"),
  };
  const outletPort = await freeUdpPort();
  mkdirSync(path("pdu"));
  const unit = {
    kind: "pdu",
    node: NODE,
    address: "127.0.0.1",
    port: outletPort,
    passwordFile: path("password"),
    stateDir: path("pdu"),
    outlets: ["7", "8"],
    table: OUTLET_TABLES["apc-snmp"],
    account: { user: USER, authentication: "sha", encryption: "aes" },
  };
  const running = await startBmcs(
    parseBmcProcessConfig({
      controlSocket: path("control.sock"),
      faultSocket: path("fault.sock"),
      bmcs: [{ ...common, ...wish, ...(await ports(wish.kind)) }, ...(outlets ? [unit] : [])],
    }),
  );
  const ask = async (method: "GET" | "POST", url: string, body?: unknown): Promise<unknown> => {
    const answer = await unixHttp(path("fault.sock"), method, url, body);
    if (answer.status !== 200) throw new Error(answer.text);
    return JSON.parse(answer.text);
  };
  const describe = async () => {
    const [bmc] = described.parse(await ask("GET", "/bmcs"));
    if (bmc === undefined) throw new Error("the rehearsal has no BMC");
    return bmc;
  };
  const { port, plainPort, fingerprints } = await describe();
  return {
    host,
    port,
    plainPort,
    fingerprint: fingerprints.bmc ?? "",
    fingerprints,
    caFile: path("bmc-ca/ca.pem"),
    describe,
    outlets: {
      port: outletPort,
      fault: async (fault) =>
        void (await ask("POST", `/bmcs/${NODE}/fault`, { ...fault, device: "pdu" })),
      heal: async () => void (await ask("POST", `/bmcs/${NODE}/heal`, { device: "pdu" })),
    },
    fault: async (fault) => void (await ask("POST", `/bmcs/${NODE}/fault`, fault)),
    heal: async () => void (await ask("POST", `/bmcs/${NODE}/heal`, {})),
    requests: async () => logged.parse(await ask("GET", `/bmcs/${NODE}/requests`)),
    end: async () => {
      await running.stop();
      control.closeAllConnections();
      await new Promise<void>((done) => control.close(() => done()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ports(kind: BmcWish["kind"]) {
  switch (kind) {
    case "redfish":
      return { port: 0 };
    case "amt":
      return { port: 0, plainPort: 0 };
    case "ipmi":
      return { port: await freeUdpPort() };
  }
}

export function freeUdpPort(): Promise<number> {
  return new Promise((done) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
}
