import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";
import { type CertificateEnd, NEEDED_CERTIFICATES } from "../host-parts.js";

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

export function judgeCertificates(
  node: string,
  fact: Fact<readonly CertificateEnd[]>,
  nowMs: number,
): readonly SecurityFinding[] {
  return judged(fact, { node, at: "certificates" }, (ends) => [
    ...NEEDED_CERTIFICATES.filter((path) => !ends.some((one) => one.path === path)).map(
      (path): SecurityFinding => ({
        node,
        at: path,
        severity: "unknown",
        found: "not known: the file is not there",
        fix: `On ${node}: \`pvecm updatecerts\`, after a look at \`pvecm status\``,
      }),
    ),
    ...ends.flatMap(({ path, endsMs }) => endOf(node, path, endsMs, nowMs)),
  ]);
}

function endOf(node: string, path: string, endsMs: number, nowMs: number): SecurityFinding[] {
  const days = Math.floor((endsMs - nowMs) / DAY_MS);
  if (days >= SOON_DAYS) {
    return [];
  }
  const date = new Date(endsMs).toISOString().slice(0, 10);
  return [
    {
      node,
      at: path,
      severity: endsMs <= nowMs ? "error" : "warning",
      found: endsMs <= nowMs ? `it ended on ${date}` : `it ends on ${date}, in ${days} days`,
      fix: path.endsWith("pveproxy-ssl.pem")
        ? `Put a new one there, as whoever gave it out says, then on ${node}: \`systemctl reload pveproxy\``
        : `On ${node}: \`pvecm updatecerts --force\`, then \`systemctl reload pveproxy\``,
    },
  ];
}
