import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostPlan } from "../../plan/twin-plan.js";
import { killNow } from "../../process/kill.js";
import { plainText } from "../../process/plain-text.js";
import { attempt, runScript } from "../../process/run.js";
import type { ExecResult, HostMachine, HostState } from "../engine.js";
import type { ControlGroup } from "./cgroup.js";

/** systemd-nspawn ends with this when the host rebooted, also by a hard reboot(2). */
const EXIT_REBOOT = 133;

export interface ContainerParts {
  readonly plan: HostPlan;
  readonly namespace: string;
  readonly cgroup: ControlGroup;
  /** Folders that lie below the host's own writes, the uppermost first. */
  readonly lower: readonly string[];
  /** The host's own writes. */
  readonly folder: string;
  /** Puts a new installation into the emptied folder. */
  readonly install: (rootPassword: string, keepsDisks: boolean) => Promise<void>;
  readonly binds: readonly { readonly outside: string; readonly inside: string }[];
  /** Ports that belong to the machine and survive a power cycle; everything else on it is the host's doing. */
  readonly consoleLog: string;
  readonly onEvent: (message: string) => void;
}

/** A host as a booted container: systemd is its process 1, the namespace is its network, a group holds it. */
export class ContainerMachine implements HostMachine {
  readonly plan: HostPlan;
  readonly consoleLog: string;
  readonly #parts: ContainerParts;
  #child: ChildProcess | undefined;
  #wanted = false;
  #frozen = false;
  #runs = 0;

  constructor(parts: ContainerParts) {
    this.plan = parts.plan;
    this.consoleLog = parts.consoleLog;
    this.#parts = parts;
  }

  state(): HostState {
    if (this.#child === undefined) return "off";
    return this.#frozen ? "frozen" : "on";
  }

  async powerOn(): Promise<void> {
    if (this.#child !== undefined) return;
    this.#wanted = true;
    await this.#start();
    const deadline = Date.now() + 60_000;
    while (!this.#runsSystemd()) {
      if (this.#child === undefined || Date.now() > deadline) {
        throw new Error(
          `${this.plan.name} did not start; its console said:\n  ${this.#lastWords().join("\n  ")}`,
        );
      }
      await sleep(20);
    }
  }

  async powerOff(): Promise<void> {
    this.#wanted = false;
    if (this.#frozen) await this.thaw();
    for (const pid of [this.leader(), ...this.#parts.cgroup.processes()]) {
      if (pid !== undefined) killNow(pid);
    }
    await this.#untilOff(15_000);
    await this.#clearPorts();
  }

  async pressPowerButton(): Promise<void> {
    this.#wanted = false;
    const leader = this.leader();
    if (leader === undefined) return;
    // SIGRTMIN+4 makes systemd power off in an orderly way; kill(1) knows it by number only.
    await attempt(["kill", "-s", String(34 + 4), String(leader)]);
    await this.#untilOff(90_000);
    await this.#clearPorts();
  }

  async reinstall(rootPassword: string, keepsDisks = false): Promise<void> {
    await this.powerOff();
    const { folder, install } = this.#parts;
    for (const part of ["upper", "work"]) {
      await rm(join(folder, part), { recursive: true, force: true });
    }
    await install(rootPassword, keepsDisks);
  }

  async freeze(): Promise<void> {
    await this.#parts.cgroup.setFrozen(true);
    this.#frozen = true;
  }

  async thaw(): Promise<void> {
    await this.#parts.cgroup.setFrozen(false);
    this.#frozen = false;
  }

  async exec(command: readonly string[], input?: string): Promise<ExecResult> {
    const leader = this.leader();
    if (leader === undefined) {
      return { code: 255, stdout: "", stderr: `${this.plan.name} is off\n` };
    }
    const enter = ["nsenter", "--target", String(leader), "--all", "--wd=/root"];
    return attempt([...enter, "--", "/usr/bin/env", "-i", ...HOST_ENVIRONMENT, ...command], {
      timeoutMs: 120_000,
      ...(input === undefined ? {} : { input }),
    });
  }

  /** The container's process 1, by its number on this machine. */
  leader(): number | undefined {
    return this.#parts.cgroup.processes().find((pid) => {
      const numbers = /^NSpid:\s+(.*)$/m.exec(statusOf(pid))?.[1]?.split(/\s+/) ?? [];
      return numbers.length > 1 && numbers.at(-1) === "1";
    });
  }

  /** Before that, it is still the engine that makes the container, and that can fail. */
  #runsSystemd(): boolean {
    const leader = this.leader();
    return leader !== undefined && /^Name:\s+systemd$/m.test(statusOf(leader));
  }

  async #start(): Promise<void> {
    const { folder, cgroup } = this.#parts;
    await cgroup.destroy();
    await cgroup.make();
    for (const part of ["upper", "work", "root"]) {
      await mkdir(join(folder, part), { recursive: true });
    }
    this.#runs += 1;
    const output = openSync(this.consoleLog, "a");
    const child = spawn("sh", ["-c", this.#bootScript()], {
      detached: true,
      stdio: ["ignore", output, output],
    });
    this.#child = child;
    const ended = (code: number | null) => {
      // A host that cannot start again is off; the others and whoever watches over them go on.
      this.#ended(child, code).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.onEvent(`${this.plan.name} could not start again: ${reason}`);
      });
    };
    child.on("exit", ended);
    child.on("error", () => ended(null));
  }

  /** A mount namespace of its own: nothing that a host mounts is visible on the machine or outlives the host. */
  #bootScript(): string {
    const { folder, lower, cgroup, namespace, binds, plan } = this.#parts;
    const root = join(folder, "root");
    const overlay = `lowerdir=${lower.join(":")},upperdir=${folder}/upper,workdir=${folder}/work`;
    const inner = [
      "set -e",
      "umount --recursive /sys/fs/cgroup",
      "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
      "mount -t tmpfs tmpfs /run/systemd",
      `mount -t overlay overlay -o ${overlay} ${root}`,
      [
        "exec systemd-nspawn --quiet",
        `--directory=${root} --machine=${plan.name} --hostname=${plan.name}`,
        `--uuid=${plan.uuid} --register=no --keep-unit --capability=all`,
        // The clock and the kernel's modules are the machine's, and no rehearsal may touch them.
        "--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE",
        "--resolv-conf=off --timezone=off --link-journal=no --console=read-only",
        `--kill-signal=SIGRTMIN+3 --network-namespace-path=/run/netns/${namespace}`,
        ...binds.map(({ outside, inside }) => `--bind=${outside}:${inside}`),
        "/usr/lib/twin/init",
      ].join(" "),
    ];
    return [
      `echo $$ > ${cgroup.procsFile}`,
      "export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network",
      `exec unshare --mount --propagation private sh -c '${inner.join("\n")}'`,
    ].join("\n");
  }

  async #ended(child: ChildProcess, code: number | null): Promise<void> {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#frozen = false;
    if (code === EXIT_REBOOT && this.#wanted) {
      this.#parts.onEvent(`${this.plan.name} rebooted`);
      await this.#clearPorts();
      await this.#start();
      return;
    }
    this.#parts.onEvent(`${this.plan.name} is off (ended with ${code ?? "a signal"})`);
  }

  async #untilOff(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.#child !== undefined || this.#parts.cgroup.processes().length > 0) {
      if (Date.now() > deadline) {
        throw new Error(`${this.plan.name} did not go off within ${timeoutMs / 1000} s`);
      }
      await sleep(20);
    }
  }

  /** A namespace keeps bridges and addresses of a dead host; a powered-off machine has none. */
  async #clearPorts(): Promise<void> {
    const { namespace, plan } = this.#parts;
    if (!existsSync(`/run/netns/${namespace}`)) return;
    const keep = ["lo", ...plan.ports.map((port) => port.name)].join("|");
    await runScript([
      `for dev in $(ip -n ${namespace} -o link show | sed 's/^[0-9]*: //; s/[:@].*//'); do`,
      `  case "$dev" in`,
      `    lo) ip -n ${namespace} addr flush dev lo scope global || true ;;`,
      `    ${keep}) ip -n ${namespace} link set dev "$dev" nomaster down mtu 1500 || true`,
      `      ip -n ${namespace} addr flush dev "$dev" || true ;;`,
      `    *) ip -n ${namespace} link del dev "$dev" || true ;;`,
      "  esac",
      "done",
      `ip -n ${namespace} link set dev lo up`,
      // What the host filtered is gone with it; what was broken on purpose stays broken until it is healed.
      `ip netns exec ${namespace} nft list tables | while read -r _ family table; do`,
      '  case "$table" in',
      "    twin-drop-* | twin-silent-*) ;;",
      `    *) ip netns exec ${namespace} nft delete table "$family" "$table" ;;`,
      "  esac",
      "done",
    ]);
  }

  #lastWords(): string[] {
    return plainText(readFileSync(this.consoleLog, "utf8")).trim().split("\n").slice(-8);
  }
}

const HOST_ENVIRONMENT = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
  "LANG=C.UTF-8",
  "TERM=dumb",
];

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
