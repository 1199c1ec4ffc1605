import { Failure } from "../../config/failure/failure.js";

/** What a host says of its Ceph. */
export interface InstalledCeph {
  /** "19.2.3" */
  readonly number: string;
  /** "squid" */
  readonly release: string;
}

const DASHBOARD_MARK = "@@dashboard";

/** While packages are still being unpacked they do not count as installed. */
const VERSION_SCRIPT = [
  "export LC_ALL=C",
  "for name in ceph-mon ceph-mgr ceph-osd; do",
  `  state=$(dpkg-query -W -f='\${db:Status-Status}' "$name" 2> /dev/null) || state=absent`,
  '  test "$state" = installed || { echo absent; exit 0; }',
  "done",
  "ceph --version",
].join("\n");

/** Ceph, and the page of its managers, which is a package of its own. */
export const INSTALLED_SCRIPT = [
  `LC_ALL=C dpkg-query -W -f='\${db:Status-Status}\\n' ceph-mgr-dashboard 2> /dev/null`,
  `echo ${DASHBOARD_MARK}`,
  VERSION_SCRIPT,
].join("\n");

export interface InstallationFacts {
  readonly ceph: InstalledCeph | undefined;
  readonly dashboard: boolean;
}

export function installedIn(said: string): InstallationFacts {
  const [dashboard = "", ceph = ""] = said.split(`${DASHBOARD_MARK}\n`);
  return { ceph: versionIn(ceph), dashboard: dashboard.trim() === "installed" };
}

/** Undefined where it is not installed. */
export function versionIn(said: string): InstalledCeph | undefined {
  if (said.trim() === "absent") {
    return undefined;
  }
  const [, number, release] = /^ceph version (\S+) \(\S+\) (\w+) \(/m.exec(said) ?? [];
  if (number === undefined || release === undefined) {
    throw new Failure("failed", {
      tried: "to read the version of Ceph",
      where: "",
      cameBack: `\`ceph --version\` said ${JSON.stringify(said.trim().slice(0, 200))}`,
      doNext: "Look at `ceph --version` there, then run `pulumi up` again.",
    });
  }
  return { number, release };
}
