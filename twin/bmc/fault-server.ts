import type { Server } from "node:http";
import { z } from "zod";
import { closeServer } from "../process/close-server.js";
import { openUnixServer, type Reply, type Route } from "../process/unix-server.js";
import type { Controller } from "./controller.js";
import { bmcFault, refusalOf, supportedFaults } from "./faults.js";
import { chassisLines, parseChassisQuestion } from "./ipmi/chassis.js";
import type { OutletUnit } from "./pdu/unit.js";

const refuse = (status: number, error: string): Reply => ({ status, body: { error } });
const onlyDevice = z.object({ device: z.enum(["redfish", "amt", "ipmi", "pdu"]).optional() });
const healRequest = z.object({ kind: z.string().optional() });
const question = z.object({ ask: z.string() });
const written = z.object({ oid: z.string(), value: z.coerce.number() });

/**
 * The unix socket over which the twin and its tests break, heal and watch the BMCs. A node with two devices (say
 * Redfish and IPMI) is addressed as a whole, or one device with `device` in the body or query. Its outlets are in another box, and
 * are meant only where they are named.
 */
export class FaultServer {
  readonly #path: string;
  readonly #controllers: readonly Controller[];
  readonly #units: ReadonlyMap<string, OutletUnit>;
  readonly #ca: string;
  #server: Server | undefined;

  constructor(
    path: string,
    controllers: readonly Controller[],
    units: ReadonlyMap<string, OutletUnit>,
    caCertificate: string,
  ) {
    this.#path = path;
    this.#controllers = controllers;
    this.#units = units;
    this.#ca = caCertificate;
  }

  async listen(): Promise<void> {
    this.#server = await openUnixServer(this.#path, this.#route);
  }

  async close(): Promise<void> {
    if (this.#server !== undefined) await closeServer(this.#server);
  }

  readonly #route: Route = async ({ method, path: pathname, query, body }) => {
    if (method === "GET" && pathname === "/ca") return { status: 200, body: { pem: this.#ca } };
    if (method === "GET" && pathname === "/bmcs") {
      return { status: 200, body: this.#controllers.map(describe) };
    }
    const [, unit] = /^\/units\/([^/]+)\/cell$/.exec(pathname) ?? [];
    if (unit !== undefined) return this.#cell(decodeURIComponent(unit), body);
    const [, node, verb] = /^\/bmcs\/([^/]+)\/([a-z]+)$/.exec(pathname) ?? [];
    if (node === undefined || verb === undefined) return refuse(404, `there is no ${pathname}`);
    const { device } = onlyDevice.parse(
      method === "GET" ? Object.fromEntries(query) : (body ?? {}),
    );
    const name = decodeURIComponent(node);
    const chosen = this.#controllers.filter(
      ({ config }) =>
        config.node === name &&
        (device === undefined ? config.kind !== "pdu" : config.kind === device),
    );
    if (chosen.length === 0) {
      const known = this.#controllers.map(({ config }) => `${config.node} (${config.kind})`);
      return refuse(
        404,
        `no ${device ?? "BMC"} belongs to ${name}; there are: ${known.join(", ")}`,
      );
    }
    return this.#act(`${method} ${verb}`, chosen, body);
  };

  /** What somebody writes through snmpd. */
  #cell(name: string, body: unknown): Reply {
    const unit = this.#units.get(name);
    if (unit === undefined) return refuse(404, `there is no unit ${name}`);
    const { oid, value } = written.parse(body);
    return { status: 200, body: unit.write(oid, value) };
  }

  async #act(verb: string, chosen: readonly Controller[], body: unknown): Promise<Reply> {
    switch (verb) {
      case "POST fault":
        return this.#fault(chosen, body);
      case "POST heal": {
        const { kind } = healRequest.parse(body);
        const known = bmcFault.options.map((option) => option.shape.kind.value);
        const healed = known.find((candidate) => candidate === kind);
        if (kind !== undefined && healed === undefined)
          return refuse(400, `no fault is called ${kind}`);
        for (const { faults } of chosen) faults.heal(healed);
        await Promise.all(chosen.map((controller) => controller.settled()));
        return { status: 200, body: chosen.map(describe) };
      }
      case "GET requests":
        return {
          status: 200,
          body: chosen.flatMap(({ config, log }) =>
            log.list().map((entry) => ({ device: config.kind, ...entry })),
          ),
        };
      case "POST forget":
        for (const { log } of chosen) log.clear();
        return { status: 200, body: {} };
      case "POST chassis":
        return chassis(chosen, question.parse(body).ask);
      default:
        return refuse(404, `there is no ${verb}; try fault, heal, requests, forget`);
    }
  }

  async #fault(chosen: readonly Controller[], body: unknown): Promise<Reply> {
    const wanted = bmcFault.safeParse(withoutDevice(body));
    if (!wanted.success) return refuse(400, z.prettifyError(wanted.error));
    const able = chosen.filter(({ config }) =>
      supportedFaults[config.kind].includes(wanted.data.kind),
    );
    const node = chosen[0]?.config.node ?? "";
    const refusal = refusalOf(
      wanted.data.kind,
      node,
      chosen.map(({ config }) => config.kind),
    );
    if (refusal !== undefined) return refuse(400, refusal);
    for (const { faults } of able) faults.add(wanted.data);
    await Promise.all(able.map((controller) => controller.settled()));
    return { status: 200, body: able.map(describe) };
  }
}

/** What ipmi_sim asks through its chassis program. */
async function chassis(chosen: readonly Controller[], ask: string): Promise<Reply> {
  const ipmi = chosen.find(({ config }) => config.kind === "ipmi");
  const asked = parseChassisQuestion(ask);
  if (ipmi?.power === undefined || asked === undefined) {
    return refuse(404, `no chassis takes "${ask}"`);
  }
  const { power } = ipmi;
  const log = (method: string, note: string) =>
    ipmi.log.add({ method, path: "chassis power", outcome: 200, note });
  switch (asked.kind) {
    case "get": {
      const reported = await power.reported();
      log("GET", `power is ${reported}`);
      return { status: 200, body: chassisLines(asked.settings, reported) };
    }
    case "act":
      log("SET", `power ${asked.action}`);
      await power.request(asked.action);
      return { status: 200, body: "" };
  }
}

function withoutDevice(body: unknown): unknown {
  const parsed = z.looseObject({ device: z.unknown() }).partial().safeParse(body);
  if (!parsed.success) return body;
  const { device: _device, ...fault } = parsed.data;
  return fault;
}

function describe(controller: Controller) {
  const { config, faults } = controller;
  return {
    node: config.node,
    kind: config.kind,
    address: config.address,
    port: controller.port(),
    plainPort: controller.plainPort?.(),
    uuid: "uuid" in config ? config.uuid : undefined,
    fingerprint: controller.fingerprints.bmc,
    fingerprints: controller.fingerprints,
    faults: faults.list(),
    lastPowerError: controller.lastPowerError(),
  };
}
