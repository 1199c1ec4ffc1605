import type { HostPlan, TwinPlan } from "../plan/twin-plan.js";

/** Something that the real cluster has and this machine offers only in part. */
export interface Replacement {
  readonly what: string;
  readonly by: string;
}

export type Progress = (message: string) => void;

export type HostState = "off" | "on" | "frozen";
export type CableState = "plugged" | "cut" | "silent";

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One machine of the twin, however it is made. */
export interface HostMachine {
  readonly plan: HostPlan;
  state(): HostState;
  /** Switches it on and returns when its first process runs. */
  powerOn(): Promise<void>;
  /** Takes the power away: nothing is written back, nobody is told. */
  powerOff(): Promise<void>;
  /** Asks it to shut down, as a short press on the power button does. */
  pressPowerButton(): Promise<void>;
  /**
   * Takes its power away and puts a new installation on it, as somebody with the ISO does after a dead machine: empty
   * disks unless they are kept, nothing of what it wrote, another machine id and other ssh host keys. It stays off.
   */
  reinstall(rootPassword: string, keepsDisks?: boolean): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Runs a command as root on it, beside ssh: for the twin's own use. */
  exec(command: readonly string[], input?: string): Promise<ExecResult>;
  readonly consoleLog: string;
}

/** Packages that hosts may install, and where they believe these come from. */
export interface PackageArchive {
  /** The Debian that the hosts stand on, before any layer; only to be read. */
  readonly root: string;
  readonly packages: string;
  readonly hostNames: readonly string[];
  readonly signingHome: string;
}

/** The parts of a running twin that its engine makes. */
export interface EngineTwin {
  readonly hosts: ReadonlyMap<string, HostMachine>;
  readonly replacements: readonly Replacement[];
  readonly archive: PackageArchive;
  /** Tells who supplies Proxmox's commands. */
  readonly layer: string;
  /** A file that takes the numbers of processes which belong to the twin and must end with it. */
  readonly serviceGroup: string;
  /** The words before a command that put it where the named part of the twin is. */
  enter(place: EnginePlace): readonly string[];
  setCable(name: string, state: CableState): Promise<void>;
  cableState(name: string): CableState;
  /** Drops all packets of a host in one direction; `none` ends it. */
  dropPackets(host: string, direction: "in" | "out" | "none"): Promise<void>;
  /** Cuts a server of the site off from all hosts, or gives it back. */
  setServer(name: string, reachable: boolean): Promise<void>;
  snapshot(folder: string): Promise<void>;
  restore(folder: string): Promise<void>;
  destroy(): Promise<void>;
}

export type EnginePlace = "controller" | "bmc" | { readonly server: string };

export interface EngineRequest {
  readonly name: string;
  readonly plan: TwinPlan;
  readonly runDir: string;
  readonly dataDir: string;
  /** Divides the stand-in layer's waiting times. */
  readonly timeScale: number;
  readonly rootPassword: string;
  readonly progress: Progress;
}

/** A way to make hosts, cables, disks and power out of a plan. */
export interface Engine {
  readonly name: string;
  /** What is missing on this machine, in sentences; empty when a twin can start. */
  obstacles(): Promise<readonly string[]>;
  build(request: EngineRequest): Promise<EngineTwin>;
  /** The words before a command that put it into the controller of a running twin, from another process. */
  controllerPrefix(twin: string): readonly string[];
  /** Removes whatever a twin of this name left behind, also without its supervisor. */
  sweep(name: string): Promise<readonly string[]>;
}
