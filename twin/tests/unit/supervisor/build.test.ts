import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineTwin, HostMachine } from "../../../engines/engine.js";
import { type TwinPaths, twinPaths } from "../../../paths.js";
import { buildTwin } from "../../../supervisor/build.js";
import { type UpRequest, upRequestSchema } from "../../../supervisor/request.js";
import { planStamp } from "../../../supervisor/snapshot.js";
import { plannedTwin } from "../planned-twin.js";

const plan = plannedTwin("frege");
const request: UpRequest = { name: "hume", engine: "container", timeScale: 1, plan };
const ROOT = "ssm:/ms01/hosts/root_password";

let folder: string;
let paths: TwinPaths;
let events: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-build-"));
  paths = {
    ...twinPaths("hume"),
    run: folder,
    data: path.join(folder, "data"),
    snapshots: path.join(folder, "snapshots"),
    secrets: path.join(folder, "secrets.json"),
  };
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function machine(host: (typeof plan.hosts)[number]): HostMachine {
  const nothing = async () => undefined;
  return {
    plan: host,
    consoleLog: "",
    state: () => "off",
    powerOn: async () => void events.push(`power ${host.name}`),
    powerOff: nothing,
    pressPowerButton: nothing,
    reinstall: nothing,
    freeze: nothing,
    thaw: nothing,
    exec: async () => ({ code: 0, stdout: "", stderr: "" }),
  };
}

function fakeTwin(): EngineTwin {
  const nothing = async () => undefined;
  return {
    hosts: new Map(plan.hosts.map((host) => [host.name, machine(host)])),
    replacements: [],
    archive: { root: "", packages: "", hostNames: [], signingHome: "" },
    layer: "",
    serviceGroup: "",
    enter: () => [],
    setCable: nothing,
    cableState: () => "plugged",
    dropPackets: nothing,
    setServer: nothing,
    snapshot: nothing,
    restore: async (from) => void events.push(`restore ${path.relative(folder, from)}`),
    destroy: nothing,
  };
}

const build = (restore?: string) =>
  buildTwin({
    request: restore === undefined ? request : { ...request, restore },
    paths,
    engine: {
      build: async () => {
        events.push("build");
        return fakeTwin();
      },
    },
    say: () => undefined,
    made: () => events.push("made"),
    startServices: async (_twin, secrets) => void events.push(`services know ${secrets.of(ROOT)}`),
    reachable: async (_twin, { name }) => void events.push(`${name} answers`),
  });

/** What a supervisor knows of the plan, which it reads from a file. */
const asRead = () => upRequestSchema.parse(JSON.parse(JSON.stringify(request))).plan;

function keepSnapshot(label: string, stamp = planStamp(asRead())): void {
  const kept = path.join(paths.snapshots, label);
  mkdirSync(path.join(kept, "engine"), { recursive: true });
  const meta = { stamp, layer: "", takenAt: "2026-01-02T03:04:05.000Z" };
  writeFileSync(path.join(kept, "meta.json"), JSON.stringify(meta));
  writeFileSync(path.join(kept, "secrets.json"), JSON.stringify({ [ROOT]: "of-the-snapshot" }));
}

describe("a twin that starts from a snapshot", () => {
  it("is given it before its hosts start for the first time, with the passwords that they have", async () => {
    keepSnapshot("formed");
    await build("formed");
    const restored = events.indexOf("restore snapshots/formed/engine");
    expect(events.slice(0, restored)).toEqual(["build", "made"]);
    expect(events).toContain("services know of-the-snapshot");
    expect(events.filter((one) => one.startsWith("power "))).toHaveLength(3);
    expect(events.slice(-3).every((one) => one.endsWith("answers"))).toBe(true);
  });

  it("is not even begun without that snapshot, and the others are named", async () => {
    await expect(build("formed")).rejects.toThrow(
      'there is no snapshot "formed" of hume; there is none at all',
    );
    keepSnapshot("joined");
    await expect(build("formed")).rejects.toThrow("there are: joined");
    expect(events).toEqual([]);
  });

  it("is not begun from a snapshot of another plan", async () => {
    keepSnapshot("formed", "another");
    await expect(build("formed")).rejects.toThrow(
      'the snapshot "formed" was taken of another plan: the stack file has changed since 2026-01-02',
    );
    expect(events).toEqual([]);
  });
});

it("a plan is the same one wherever its file lies, and another one when a host changes", () => {
  expect(planStamp({ ...plan, file: "/elsewhere/Pulumi.frege.yaml" })).toBe(planStamp(plan));
  expect(planStamp({ ...plan, hosts: plan.hosts.slice(1) })).not.toBe(planStamp(plan));
});

it("a twin without a snapshot has fresh hosts and passwords of its own", async () => {
  await build();
  expect(events.some((one) => one.startsWith("restore"))).toBe(false);
  expect(events.filter((one) => one.endsWith("answers"))).toHaveLength(3);
});
