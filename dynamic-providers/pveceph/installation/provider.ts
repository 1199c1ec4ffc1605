import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { runJob } from "../../shell/job.js";
import { look } from "../../transport/ssh/look.js";
import { sh } from "../../transport/ssh/quoting.js";
import { type InstalledCeph, VERSION_SCRIPT, versionIn } from "../installed.js";
import { type InstallationInputs, installationInputs, installationOutputs } from "./schema.js";

/** Ceph of the wanted release on one host. Another release that is there stays as it is: nothing is upgraded here. */
export const cephInstallation = defineProvider<
  InstallationInputs,
  InstallationInputs,
  InstalledCeph | undefined,
  "install"
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
    const said = await look(context.host(connection), {
      script: VERSION_SCRIPT,
      timeoutMs: 30_000,
      verb: "look which Ceph is installed",
    });
    return versionIn(said);
  },
  plan(wanted, installed) {
    // Packages stay: daemons of the host run from them.
    if (wanted === undefined || installed?.release === wanted.release) {
      return [];
    }
    if (installed !== undefined) {
      throw otherRelease(wanted, installed);
    }
    return [
      {
        kind: "add",
        path: "packages",
        from: "absent",
        to: `Ceph ${wanted.release}`,
        step: "install",
      },
    ];
  },
  async apply(_changes, state, context) {
    const { connection, release, repository, installDeadlineMs } = state;
    const host = context.host(connection);
    await runJob(
      {
        unit: "proxmox-ha-ceph-install",
        doing: `installing Ceph ${release}`,
        deadlineMs: installDeadlineMs,
        script: installScript(release, repository),
      },
      host,
      context.clock,
    );
    host.forget();
  },
  outputs: told(installationOutputs, (installed) => ({
    version: installed === undefined ? "absent" : `${installed.number} ${installed.release}`,
  })),
});

/** `pveceph` hands apt's question on to whoever runs it, and takes another release where none is named. */
export function installScript(release: string, repository: string): string {
  return [
    "export DEBIAN_FRONTEND=noninteractive",
    "dpkg --configure -a || exit 1",
    'answers=$(mktemp) && yes 2> /dev/null | head -n 50 > "$answers"',
    sh`pveceph install --version ${release} --repository ${repository} < "$answers"`,
    "status=$?",
    'rm -f "$answers"',
    "exit $status",
  ].join("\n");
}

function otherRelease(
  { connection, release }: InstallationInputs,
  installed: InstalledCeph,
): Failure {
  return new Failure("refused", {
    tried: `to install Ceph ${release}`,
    where: connection.node,
    cameBack: `refused: Ceph ${installed.number} (${installed.release}) is installed there`,
    doNext: `Write \`release: ${installed.release}\` into the section \`ceph\` of the stack file. Upgrading Ceph from one release to the next is not part of this version: it is done by hand, host by host, and the file follows.`,
  });
}
