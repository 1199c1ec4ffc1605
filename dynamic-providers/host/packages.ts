import { MEND_PACKAGES } from "../shell/half-installed.js";
import { type Job, runJob } from "../shell/job.js";
import type { Clock, HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { sh } from "../transport/ssh/quoting.js";

export interface PackageState {
  /** Installed version by package; what is not installed is not in it. */
  readonly installed: Readonly<Record<string, string>>;
}

/** Prints one line a package: name, state, version. */
export function packagesScript(packages: readonly string[]): string {
  return [
    "export LC_ALL=C",
    sh`dpkg-query -W -f='\${Package} \${db:Status-Status} \${Version}\\n' ${packages} 2>/dev/null || true`,
  ].join("\n");
}

/** Total: lines it does not know are left out. */
export function parsePackages(output: string): PackageState {
  const rows = output.split("\n").flatMap((line) => {
    const [name, state, version] = line.trim().split(/\s+/);
    return name !== undefined && state === "installed" && version !== undefined
      ? [[name, version] as const]
      : [];
  });
  return { installed: Object.fromEntries(rows) };
}

/** Packages of the wish that are not there, or there in another version than the pinned one. */
export function missingPackages(
  wanted: readonly string[],
  pins: Readonly<Record<string, string>>,
  state: PackageState,
): string[] {
  return wanted.filter((name) => {
    const version = state.installed[name];
    const pin = pins[name];
    return version === undefined || (pin !== undefined && version !== pin);
  });
}

/** Installs what is missing and nothing else: no upgrade, no removal, configuration files of the host kept. */
export function installJob(
  missing: readonly string[],
  pins: Readonly<Record<string, string>>,
  deadlineMs: number,
): Job {
  const arguments_ = missing.map((name) => {
    const pin = pins[name];
    return pin === undefined ? name : `${name}=${pin}`;
  });
  return {
    unit: "proxmox-ha-packages",
    doing: `installing packages (${missing.join(", ")})`,
    deadlineMs,
    script: [
      "export DEBIAN_FRONTEND=noninteractive",
      MEND_PACKAGES,
      // A failing list of one repository must not hide a package that another one has.
      "apt-get -q -o DPkg::Lock::Timeout=120 update || update=failed",
      sh`apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold --no-remove --no-install-recommends install ${arguments_}`,
      "status=$?",
      'test $status -eq 0 || test "$update" != failed || echo "apt-get update failed as well: check the repositories of this node"',
      "exit $status",
    ].join("\n"),
  };
}

/** Reads what is installed. */
export async function observePackages(
  packages: readonly string[],
  shell: HostShell,
): Promise<PackageState> {
  const said = await look(shell, {
    script: packagesScript(packages),
    timeoutMs: 30_000,

    verb: "read installed packages",
  });
  return parsePackages(said);
}

/** Installs what is missing; a run that was cut is found again and awaited. */
export async function installPackages(
  missing: readonly string[],
  pins: Readonly<Record<string, string>>,
  shell: HostShell,
  policy: { readonly deadlineMs: number; readonly clock: Clock },
): Promise<void> {
  if (missing.length > 0) {
    await runJob(installJob(missing, pins, policy.deadlineMs), shell, policy.clock);
  }
}
