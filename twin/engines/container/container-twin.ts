import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, runScript } from "../../process/run.js";
import type {
  CableState,
  EnginePlace,
  EngineRequest,
  EngineTwin,
  PackageArchive,
  Replacement,
} from "../engine.js";
import { restoreDisks } from "./disks.js";
import type { ContainerMachine } from "./machine.js";
import type { ContainerNames } from "./names.js";
import { sweepContainers } from "./sweep.js";
import type { Wiring } from "./wiring.js";

export interface ContainerTwinParts {
  readonly request: EngineRequest;
  readonly names: ContainerNames;
  readonly wiring: Wiring;
  readonly hosts: ReadonlyMap<string, ContainerMachine>;
  readonly replacements: readonly Replacement[];
  readonly serviceGroup: string;
  readonly archive: PackageArchive;
  readonly layer: string;
}

/** A running twin made of containers. */
export class ContainerTwin implements EngineTwin {
  readonly hosts: ReadonlyMap<string, ContainerMachine>;
  readonly replacements: readonly Replacement[];
  readonly archive: PackageArchive;
  readonly layer: string;
  readonly serviceGroup: string;
  readonly #parts: ContainerTwinParts;
  readonly #cables = new Map<string, CableState>();

  constructor(parts: ContainerTwinParts) {
    this.#parts = parts;
    this.hosts = parts.hosts;
    this.replacements = parts.replacements;
    this.archive = parts.archive;
    this.layer = parts.layer;
    this.serviceGroup = parts.serviceGroup;
  }

  enter(place: EnginePlace): readonly string[] {
    const { names } = this.#parts;
    const namespace =
      place === "controller"
        ? names.controller
        : place === "bmc"
          ? names.bmc
          : names.server(place.server);
    return ["ip", "netns", "exec", namespace];
  }

  cableState(name: string): CableState {
    return this.#cables.get(name) ?? "plugged";
  }

  async setCable(name: string, state: CableState): Promise<void> {
    const cable = this.#parts.request.plan.cables.find((one) => one.name === name);
    if (cable === undefined) {
      const known = this.#parts.request.plan.cables.map((one) => one.name).join(", ");
      throw new Error(`the twin has no cable ${name}; it has ${known === "" ? "none" : known}`);
    }
    const before = this.cableState(name);
    if (before === state) return;
    const { wiring } = this.#parts;
    if (before === "silent") await runScript(this.#silenceLines(cable, false));
    if (before === "cut") await runScript(wiring.plugLines(cable));
    if (state === "silent") await runScript(this.#silenceLines(cable, true));
    if (state === "cut") await runScript(wiring.unplugLines(cable));
    this.#cables.set(name, state);
  }

  /** Nothing passes, yet both ends keep their carrier: what a broken retimer or switch does. */
  #silenceLines(cable: { readonly a: CableEnd; readonly b: CableEnd }, silent: boolean): string[] {
    return [cable.a, cable.b].flatMap((end) =>
      filterLines(
        this.#parts.names.host(end.host),
        `twin-silent-${end.port}`,
        silent ? [end.port] : [],
      ),
    );
  }

  async dropPackets(host: string, direction: "in" | "out" | "none"): Promise<void> {
    const machine = this.hosts.get(host);
    if (machine === undefined) throw new Error(`the twin has no host ${host}`);
    const { wiring, names } = this.#parts;
    const ports = machine.plan.ports
      .map((port) => port.name)
      .filter((port) => !this.#isCut(host, port));
    const farEnds = ports.flatMap((port) => wiring.farEnd(host, port) ?? []);
    const across = new Set([names.fabric, ...farEnds.map(({ namespace }) => namespace)]);
    await runScript([
      ...[...across].flatMap((namespace) =>
        filterLines(
          namespace,
          `twin-drop-to-${host}`,
          direction === "in"
            ? farEnds.filter((end) => end.namespace === namespace).map(({ device }) => device)
            : [],
        ),
      ),
      ...filterLines(names.host(host), "twin-drop-out", direction === "out" ? ports : []),
    ]);
  }

  #isCut(host: string, port: string): boolean {
    return this.#parts.request.plan.cables.some(
      (cable) =>
        this.cableState(cable.name) === "cut" &&
        [cable.a, cable.b].some((end) => end.host === host && end.port === port),
    );
  }

  async setServer(name: string, reachable: boolean): Promise<void> {
    const namespace = this.#parts.names.server(name);
    const state = reachable ? "up" : "down";
    await runScript([
      `for dev in $(ip -n ${namespace} -o link show type veth | sed 's/^[0-9]*: //; s/[:@].*//'); do`,
      `  ip -n ${namespace} link set dev "$dev" ${state}`,
      "done",
    ]);
  }

  async snapshot(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run([
      "cp",
      "-a",
      "--sparse=always",
      "--reflink=auto",
      this.#hostsFolder,
      join(folder, "hosts"),
    ]);
  }

  async restore(folder: string): Promise<void> {
    if (!existsSync(join(folder, "hosts"))) throw new Error(`there is no snapshot in ${folder}`);
    for (const host of this.hosts.keys()) {
      const [from, to] = [join(folder, "hosts", host), join(this.#hostsFolder, host)];
      await rm(join(to, "upper"), { recursive: true, force: true });
      await rm(join(to, "work"), { recursive: true, force: true });
      await run(["cp", "-a", "--reflink=auto", join(from, "upper"), join(to, "upper")]);
      await restoreDisks(join(from, "disks"), join(to, "disks"));
    }
  }

  get #hostsFolder(): string {
    return join(this.#parts.request.dataDir, "hosts");
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.powerOff()));
    await sweepContainers(this.#parts.request.name, [process.pid]);
  }
}

interface CableEnd {
  readonly host: string;
  readonly port: string;
}

/**
 * A table of a namespace that drops all that goes out of the given devices; no devices, no table. What has come in has been shown to
 * packet sockets before any filter of the receiver sees it, and routing daemons read from these: only the sender can be silenced.
 */
function filterLines(namespace: string, table: string, devices: readonly string[]): string[] {
  const nft = `ip netns exec ${namespace} nft`;
  return [
    `${nft} delete table netdev ${table} 2>/dev/null || true`,
    ...(devices.length === 0 ? [] : [`${nft} add table netdev ${table}`]),
    ...devices.map(
      (device) =>
        `${nft} 'add chain netdev ${table} ${device.replaceAll(/[^A-Za-z0-9]/g, "_")} ` +
        `{ type filter hook egress device ${device} priority 0; policy drop; }'`,
    ),
  ];
}
