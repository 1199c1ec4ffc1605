import { Failure } from "../../../config/failure/failure.js";
import { consentTo } from "../../../config/plan/consents.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { MEND_PACKAGES } from "../../shell/half-installed.js";
import { runJob } from "../../shell/job.js";
import { look } from "../../transport/ssh/look.js";
import { sh } from "../../transport/ssh/quoting.js";
import {
  INSTALLED_SCRIPT,
  type InstallationFacts,
  type InstalledCeph,
  installedIn,
} from "../installed.js";
import { OF_NODE, seenBy } from "../shared-looks.js";
import { type InstallationInputs, installationInputs, installationOutputs } from "./schema.js";

/** Ceph of the wanted release on one host. Another release that is there stays, unless it is the one before and somebody consents. */
export const cephInstallation = defineProvider<
  InstallationInputs,
  InstallationInputs,
  InstallationFacts,
  "install" | "install the dashboard"
>({
  kind: "pveceph/installation",
  schemaVersion: 1,
  inputs: installationInputs,
  state: installationInputs,
  identity: [],
  deadlineMs: 1_800_000,
  subject: ({ connection }) => `Ceph's packages on ${connection.node}`,
  id: ({ connection }) => `${connection.node}/ceph`,
  remember: (inputs) => inputs,
  async observe({ connection }, context) {
    const said = await look(seenBy(context, connection, OF_NODE), {
      script: INSTALLED_SCRIPT,
      timeoutMs: 30_000,
      verb: "look which Ceph is installed",
    });
    return installedIn(said);
  },
  plan(wanted, { ceph, dashboard }) {
    // Packages stay: daemons of the host run from them.
    if (wanted === undefined) {
      return [];
    }
    const other = ceph !== undefined && ceph.release !== wanted.release ? ceph : undefined;
    const mayGoUp = wanted.consent[consentTo.cephRelease] !== undefined;
    if (other !== undefined && !(mayGoUp && isNext(other.release, wanted.release))) {
      throw otherRelease(wanted, other);
    }
    return [
      ...(other === undefined
        ? []
        : [
            {
              kind: "change",
              path: "packages",
              from: `Ceph ${other.number} ${other.release}`,
              to: `Ceph ${wanted.release}`,
              consent: consentTo.cephRelease,
              step: "install",
            } as const,
          ]),
      ...(ceph === undefined
        ? [
            {
              kind: "add",
              path: "packages",
              from: "absent",
              to: `Ceph ${wanted.release}`,
              step: "install",
            } as const,
          ]
        : []),
      ...(wanted.dashboard && !dashboard
        ? [
            {
              kind: "add",
              path: "dashboard",
              from: "absent",
              to: "of the managers' version",
              step: "install the dashboard",
            } as const,
          ]
        : []),
    ];
  },
  async apply(changes, state, context) {
    const { connection, release, repository, installDeadlineMs } = state;
    const host = context.host(connection);
    const install = (unit: string, doing: string, script: string): Promise<string> =>
      runJob({ unit, doing, deadlineMs: installDeadlineMs, script }, host, context.clock);
    for (const { step } of changes) {
      await (step === "install"
        ? install(
            "proxmox-ha-ceph-install",
            `installing Ceph ${release}`,
            installScript(release, repository),
          )
        : install(
            "proxmox-ha-ceph-dashboard",
            "installing the dashboard of Ceph's managers",
            INSTALL_DASHBOARD,
          ));
    }
    host.forget();
  },
  outputs: told(installationOutputs, ({ ceph }) => ({
    version: ceph === undefined ? "absent" : `${ceph.number} ${ceph.release}`,
  })),
});

/** Of another version it would bring its own manager along, past whoever decides about releases. */
const INSTALL_DASHBOARD = [
  "export DEBIAN_FRONTEND=noninteractive",
  MEND_PACKAGES,
  `version=$(dpkg-query -W -f='\${Version}' ceph-mgr) || exit`,
  "apt-get -q update",
  'apt-get -q -y --no-install-recommends install "ceph-mgr-dashboard=$version"',
].join("\n");

/** `pveceph` hands apt's question on to whoever runs it, and takes another release where none is named. */
export function installScript(release: string, repository: string): string {
  return [
    "export DEBIAN_FRONTEND=noninteractive",
    MEND_PACKAGES,
    'answers=$(mktemp) && yes 2> /dev/null | head -n 50 > "$answers"',
    sh`pveceph install --version ${release} --repository ${repository} < "$answers"`,
    "status=$?",
    'rm -f "$answers"',
    "exit $status",
  ].join("\n");
}

/** Ceph is brought from each release to the next alone, and never back. */
function isNext(from: string, to: string): boolean {
  return RELEASES.indexOf(to) === RELEASES.indexOf(from) + 1 && RELEASES.includes(from);
}

const RELEASES = ["pacific", "quincy", "reef", "squid", "tentacle"];

function otherRelease(
  { connection, release }: InstallationInputs,
  installed: InstalledCeph,
): Failure {
  return new Failure("refused", {
    tried: `to install Ceph ${release}`,
    where: connection.node,
    cameBack: `refused: Ceph ${installed.number} (${installed.release}) is installed there`,
    doNext: `Write \`release: ${installed.release}\` into the section \`ceph\` of the stack file. Ceph goes up by one release at a time, with the consent \`${consentTo.cephRelease}\`, and never down.`,
  });
}
