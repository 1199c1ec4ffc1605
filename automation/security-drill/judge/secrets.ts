import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";
import type { SecretFile } from "../host-parts.js";

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;

/** The mode alone: what a folder above it keeps away today, a copy or a move gives away tomorrow. */
export function judgeSecrets(
  node: string,
  fact: Fact<readonly SecretFile[]>,
): readonly SecurityFinding[] {
  return judged(fact, { node, at: "files with secrets" }, (files) =>
    files.flatMap(({ path, mode }) => {
      const may = [
        ...((mode & OTHERS_READ) === 0 ? [] : ["read"]),
        ...((mode & OTHERS_WRITE) === 0 ? [] : ["write"]),
      ];
      return may.length === 0
        ? []
        : [
            {
              node,
              at: path,
              severity: "error" as const,
              found: `its mode ${mode.toString(8)} lets everybody ${may.join(" and ")} it`,
              fix: path.startsWith("/etc/pve/")
                ? `On ${node}: \`mount | grep /etc/pve\`; Proxmox's file system gives these modes itself, so it is not mounted there`
                : `On ${node}: \`chmod o= '${path.replaceAll("'", `'\\''`)}'\`, and make the secret anew if somebody may have read it`,
            },
          ];
    }),
  );
}
