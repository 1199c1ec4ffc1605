import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../../paths.js";
import { stampOf } from "../../plan/identity.js";
import type { TwinPlan } from "../../plan/twin-plan.js";
import { run } from "../../process/run.js";
import { machineArchives, sourcesFor } from "./apt-sources.js";
import { type Layer, layerList } from "./layer.js";
import { BASE_PACKAGES, ENGINE_PACKAGES, MASKED_UNITS, SERVED_PACKAGES } from "./packages.js";
import { removeTree } from "./remove-tree.js";

/** Raised whenever what this file does to an image changes, so that older images are not used any more. */
const RECIPE = 6;

/** A root file system that hosts share read-only, and the packages that they may install. */
export interface Image {
  readonly suite: string;
  readonly root: string;
  readonly packages: string;
}

/** Of a package that only Proxmox has, or nobody. */
const UNKNOWN = "Debian has no package, so hosts will not find it either:";

export type Progress = (message: string) => void;

/** Gives the image of a suite with the packages of a layer and of a stack file, from the cache or freshly built. */
export async function takeImage(
  { suite, packages }: Pick<TwinPlan, "suite" | "packages">,
  layer: Layer,
  progress: Progress,
): Promise<Image> {
  const installed = [
    ...new Set([...BASE_PACKAGES, ...ENGINE_PACKAGES, ...layerList(layer, "packages", suite)]),
  ].sort();
  const served = [
    ...new Set([...SERVED_PACKAGES, ...layerList(layer, "served-packages", suite)]),
  ].sort();
  // Few files name others than these, so that most twins share one image.
  const ofStackFile = packages.filter(
    (name) => !installed.includes(name) && !served.includes(name),
  );
  const stamp = stampOf({
    RECIPE,
    suite,
    installed,
    served: [...served, ...ofStackFile],
    MASKED_UNITS,
  });
  const folder = join(cacheRoot(), "twin", "images", `${suite}-${stamp}`);
  if (!existsSync(folder)) {
    const building = `${folder}.building-${process.pid}`;
    // Of a build that was killed under the same process id.
    await removeTree(building);
    try {
      await build({ suite, installed, served, ofStackFile, folder: building, progress });
      await publish(building, folder);
    } finally {
      await removeTree(building);
    }
  }
  return { suite, root: join(folder, "root"), packages: join(folder, "packages") };
}

/** Another start may have been quicker; then its image is as good as this one. */
async function publish(building: string, folder: string): Promise<void> {
  try {
    await rename(building, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

interface Recipe {
  readonly suite: string;
  readonly installed: readonly string[];
  readonly served: readonly string[];
  /** Named by a stack file; one that Debian does not have is left out. */
  readonly ofStackFile: readonly string[];
  readonly folder: string;
  readonly progress: Progress;
}

async function build({
  suite,
  installed,
  served,
  ofStackFile,
  folder,
  progress,
}: Recipe): Promise<void> {
  const root = join(folder, "root");
  const packages = join(folder, "packages");
  await mkdir(packages, { recursive: true });
  const sources = join(folder, "sources.list");
  await writeFile(sources, `${sourcesFor(machineArchives(), suite).join("\n")}\n`);
  progress(
    `building the ${suite} image: ${installed.length} packages (once, takes about a minute)`,
  );
  const download = [
    'export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"',
    `wanted="${served.join(" ")}"`,
    `for name in ${ofStackFile.join(" ")}; do ` +
      'if apt-cache show "$name" >/dev/null 2>&1; then wanted="$wanted $name"; ' +
      `else echo "I: ${UNKNOWN} $name" >&2; fi; done`,
    "apt-get install --yes --download-only -o APT::Sandbox::User=root " +
      `-o Dir::Cache::archives=${packages} $wanted`,
  ].join("; ");
  await run(
    [
      "mmdebstrap",
      "--variant=minbase",
      "--mode=root",
      `--include=${installed.join(",")}`,
      '--aptopt=Acquire::Languages "none"',
      "--dpkgopt=path-exclude=/usr/share/man/*",
      "--dpkgopt=path-exclude=/usr/share/locale/*",
      "--dpkgopt=path-exclude=/usr/share/doc/*",
      "--dpkgopt=path-include=/usr/share/doc/*/copyright",
      `--customize-hook=${download}`,
      suite,
      root,
      sources,
    ],
    {
      onLine: (line) => {
        if (line.startsWith("I: ")) progress(`${suite} image: ${line.slice(3)}`);
      },
    },
  );
  await finishRoot(root);
  await rm(join(packages, "partial"), { recursive: true, force: true });
  await rm(join(packages, "lock"), { force: true });
  progress(`${suite} image: indexing the packages that hosts may install`);
  const index = await run(["sh", "-c", 'cd "$1" && apt-ftparchive packages .', "sh", packages]);
  await writeFile(join(packages, "Packages"), index.replaceAll("Filename: ./", "Filename: pool/"));
}

/** Takes away what would make all hosts one and the same, and what a container cannot use. */
async function finishRoot(root: string): Promise<void> {
  for (const unit of MASKED_UNITS) {
    const link = join(root, "etc/systemd/system", unit);
    await rm(link, { force: true });
    await symlink("/dev/null", link);
  }
  await writeFile(join(root, "etc/machine-id"), "");
  await run(["sh", "-c", 'rm -f "$1"/etc/ssh/ssh_host_*', "sh", root]);
  await run(["chroot", root, "python3", "-m", "compileall", "-q", "/usr/share/ifupdown2"]);
  // The engine's replacement hands over to the real one where the kernel has an NFS client.
  await cp(join(root, "usr/sbin/mount.nfs"), join(root, "usr/sbin/mount.nfs.kernel"));
  await rm(join(root, "etc/apt/sources.list.d/0000sources.list"), { force: true });
  const sshd = join(root, "etc/ssh/sshd_config");
  const config = await readFile(sshd, "utf8");
  await writeFile(sshd, config.replace(/^#?PermitRootLogin .*$/m, "PermitRootLogin yes"));
  await writeFile(join(root, "etc/locale.gen"), "en_US.UTF-8 UTF-8\n");
  await run(["chroot", root, "locale-gen"]);
  await writeFile(join(root, "etc/default/locale"), "LANG=en_US.UTF-8\n");
}
