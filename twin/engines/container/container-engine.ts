import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../paths.js";
import type { HostPlan, TwinPlan } from "../../plan/twin-plan.js";
import { run } from "../../process/run.js";
import { type Archives, openArchives } from "../../services/archives.js";
import type { Engine, EngineRequest, EngineTwin } from "../engine.js";
import { machineArchives } from "./apt-sources.js";
import { ControlGroup, unifiedHierarchy } from "./cgroup.js";
import { ContainerTwin } from "./container-twin.js";
import { attachDisks, emptyDisks } from "./disks.js";
import { detectFeatures, type Features, replacementsFor } from "./features.js";
import { writeHostFiles } from "./host-files.js";
import { type Image, takeImage } from "./image.js";
import { layerReplacements, takeLayer } from "./layer.js";
import { raiseLimits } from "./limits.js";
import { ContainerMachine } from "./machine.js";
import { namesOf } from "./names.js";
import { obstaclesOf, thisMachine } from "./obstacles.js";
import { sweepContainers } from "./sweep.js";
import { kernelVlans, processVlans } from "./vlans.js";
import { Wiring } from "./wiring.js";

/** Hosts as booted containers in network namespaces: quick to start, honest about the shared kernel. */
export const containerEngine: Engine = {
  name: "container",
  obstacles: () => obstaclesOf(thisMachine),
  build,
  controllerPrefix: (twin) => ["nsenter", `--net=/run/netns/${namesOf(twin).controller}`],
  sweep: (name) => sweepContainers(name),
};

async function build(request: EngineRequest): Promise<EngineTwin> {
  const { plan, progress, name } = request;
  const names = namesOf(name);
  const hierarchy = unifiedHierarchy();
  if (hierarchy === undefined) throw new Error("this machine shows no unified control groups");
  const cgroup = new ControlGroup(join(hierarchy, names.cgroup));
  const services = cgroup.child("services");
  await services.make();
  // The supervisor itself belongs to the twin, so that a sweep finds it when it hangs.
  const own = cgroup.child("supervisor");
  await own.make();
  await writeFile(own.procsFile, String(process.pid));
  const layer = await takeLayer(join(request.dataDir, "layer"));
  const image = await takeImage(plan, layer, progress);
  await raiseLimits(progress);
  const features = await detectFeatures();
  const wiring = new Wiring(names, plan, features.vlan ? kernelVlans : processVlans(cgroup));
  progress("laying networks and cables");
  await wiring.lay();
  const sources = machineArchives();
  const archives = await openArchives([
    sources.main,
    ...(sources.security === undefined ? [] : [sources.security]),
  ]);
  const trees = [...engineTrees(features), await keptOriginals(image, request.dataDir)];
  const passwordHash = await hashOf(request.rootPassword);
  const hosts = await Promise.all(
    plan.hosts.map((host) =>
      makeHost({
        request,
        host,
        image,
        layerTree: layer.tree,
        engineTrees: trees,
        archives,
        passwordHash,
        cgroup,
        namespace: names.host(host.name),
      }),
    ),
  );
  return new ContainerTwin({
    request,
    names,
    wiring,
    hosts: new Map(hosts.map((host) => [host.plan.name, host])),
    replacements: [...replacementsFor(features), ...layerReplacements(layer, plan.suite)],
    serviceGroup: services.procsFile,
    archive: {
      root: image.root,
      packages: image.packages,
      hostNames: archives.hostNames,
      signingHome: archives.signingHome,
    },
    layer: layer.builtIn ? "stand-in of this repository" : layer.source,
  });
}

/** What the engine lays between Debian and the Proxmox layer; what the kernel can do itself is not replaced. */
function engineTrees(features: Features): string[] {
  const folder = join(projectRoot(), "twin/engines/container");
  return [
    ...(features.vlan ? [] : ["rootfs-without-vlan"]),
    ...(features.vlanFiltering ? [] : ["rootfs-without-vlan-filtering"]),
    ...(features.bonding ? [] : ["rootfs-without-bonding"]),
    "rootfs",
  ].map((name) => join(folder, name));
}

/** A replacement that only bends the original needs it at another place, because it lies above it. */
async function keptOriginals(image: Image, dataDir: string): Promise<string> {
  const tree = join(dataDir, "originals");
  const folder = join(tree, "usr/share/ifupdown2");
  await mkdir(join(folder, "kernel-addons"), { recursive: true });
  await cp(
    join(image.root, "usr/share/ifupdown2/addons/bridge.py"),
    join(folder, "kernel-addons/bridge.py"),
  );
  return tree;
}

interface HostParts {
  readonly request: EngineRequest;
  readonly host: HostPlan;
  readonly image: Image;
  readonly layerTree: string;
  readonly engineTrees: readonly string[];
  readonly archives: Archives;
  readonly passwordHash: string;
  readonly cgroup: ControlGroup;
  readonly namespace: string;
}

async function makeHost(parts: HostParts): Promise<ContainerMachine> {
  const { request, host, image, layerTree, archives, cgroup, namespace } = parts;
  const folder = join(request.dataDir, "hosts", host.name);
  const upper = join(folder, "upper");
  const installAs = async (machineId: string, passwordHash: string) => {
    await mkdir(upper, { recursive: true });
    await writeHostFiles({
      plan: request.plan,
      host,
      image,
      layerTree,
      upper,
      passwordHash,
      machineId,
      timeScale: request.timeScale,
      archives,
    });
  };
  await installAs(digitsOf(host.uuid), parts.passwordHash);
  const disks = await attachDisks(host, join(folder, "disks"));
  return new ContainerMachine({
    plan: host,
    namespace,
    cgroup: cgroup.child(`host-${host.name}`),
    lower: [layerTree, ...parts.engineTrees, image.root],
    folder,
    install: async (rootPassword, keepsDisks) => {
      if (!keepsDisks) await emptyDisks(host, join(folder, "disks"));
      await installAs(digitsOf(randomUUID()), await hashOf(rootPassword));
    },
    consoleLog: join(request.runDir, `console-${host.name}.log`),
    binds: [
      ...["/dev/fuse", "/dev/net/tun"]
        .filter(existsSync)
        .map((one) => ({ outside: one, inside: one })),
      ...disks.map((disk) => ({ outside: disk.device, inside: `/dev/${disk.name}` })),
      ...shares(request.plan, request.dataDir),
    ],
    onEvent: request.progress,
  });
}

async function hashOf(password: string): Promise<string> {
  return (await run(["openssl", "passwd", "-6", "-stdin"], { input: password })).trim();
}

function digitsOf(uuid: string): string {
  return uuid.replaceAll("-", "");
}

/** The folders of the NAS, where only the host's replacement of the NFS client looks for them. */
function shares(plan: TwinPlan, dataDir: string): { outside: string; inside: string }[] {
  return plan.nas.map((nas) => ({
    outside: join(dataDir, "nas", nas.name),
    inside: `/var/lib/twin/nas/${nas.address}`,
  }));
}
