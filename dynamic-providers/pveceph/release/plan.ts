import { Failure } from "../../../config/failure/failure.js";
import { consentTo } from "../../../config/plan/consents.js";
import type { Change } from "../../kit/change.js";
import type { CephReleaseInputs } from "./schema.js";
import type { DaemonKind, ReleaseFacts, RunningDaemon } from "./sight.js";

export type ReleaseStep =
  | { readonly do: "restart"; readonly daemon: RunningDaemon }
  | { readonly do: "follow"; readonly filesystem: string; readonly may: boolean }
  | { readonly do: "require" };

const ORDER: readonly DaemonKind[] = ["mon", "mgr", "osd", "mds"];

/**
 * The order that Ceph asks for: monitors, managers, OSDs host by host, metadata servers with those that serve last; then older OSDs are
 * shut out for ever. No server may follow one of another release, so that stops meanwhile. What runs the release already is left, so a run after a cut one goes on where that was.
 */
export function planRelease(
  wanted: CephReleaseInputs | undefined,
  facts: ReleaseFacts,
): Change<ReleaseStep>[] {
  if (wanted === undefined || facts.required === undefined) {
    return [];
  }
  const { release } = wanted;
  const behind = behindOf(release, facts);
  const servers = behind.filter(({ kind }) => kind === "mds");
  if (facts.several.length > 0 && servers.length > 0) {
    throw severalServe(wanted, facts.several);
  }
  const change = (path: string, from: string, step: ReleaseStep): Change<ReleaseStep> => ({
    kind: "change",
    path,
    from,
    to: release,
    consent: consentTo.cephRelease,
    step,
  });
  const restarts = (daemons: readonly RunningDaemon[]): Change<ReleaseStep>[] =>
    daemons.map((daemon) =>
      change(`${daemon.kind}.${daemon.id}`, daemon.release, { do: "restart", daemon }),
    );
  const follow = (filesystem: string, may: boolean): Change<ReleaseStep> => ({
    ...change(filesystem, "", { do: "follow", filesystem, may }),
    from: may ? "no server follows" : "a server follows",
    to: may ? "a server follows" : "no server follows",
  });
  return [
    ...restarts(behind.filter(({ kind }) => kind !== "mds")),
    ...(servers.length === 0
      ? []
      : Object.entries(facts.followed).flatMap(([name, may]) =>
          may ? [follow(name, false)] : [],
        )),
    ...restarts(servers),
    ...wanted.followed.flatMap((name) =>
      facts.followed[name] === undefined || (servers.length === 0 && facts.followed[name])
        ? []
        : [follow(name, true)],
    ),
    ...(facts.required === release
      ? []
      : [change("oldest release of OSDs", facts.required, { do: "require" })]),
  ];
}

export function behindOf(release: string, { daemons, serving }: ReleaseFacts): RunningDaemon[] {
  const rank = ({ kind, id, host }: RunningDaemon): string =>
    [
      ORDER.indexOf(kind),
      kind === "mds" && serving.includes(id) ? 1 : 0,
      kind === "osd" ? host : "",
      id.padStart(12, "0"),
    ].join(" ");
  return daemons
    .filter((daemon) => daemon.release !== release)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function severalServe(
  { connection, release }: CephReleaseInputs,
  filesystems: readonly string[],
): Failure {
  return new Failure("refused", {
    tried: `to bring Ceph to ${release}`,
    where: connection.node,
    cameBack: `refused: several metadata servers serve ${filesystems.join(", ")} at once, and they must not be of two releases`,
    doNext: `Run \`ceph fs set ${filesystems[0] ?? "NAME"} max_mds 1\`, wait until one of them serves, then run \`pulumi up\` again.`,
  });
}
