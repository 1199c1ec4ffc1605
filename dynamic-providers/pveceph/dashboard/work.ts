import { CEPH } from "../../shell/ceph.js";
import { act, type Part } from "../../transport/pvesh/part.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { tellCeph } from "../ceph-command.js";
import type { DashboardStep } from "./plan.js";
import type { CephDashboardInputs } from "./schema.js";
import type { DashboardSecrets } from "./secrets.js";

/** Commands in their order, and the lines that they read. */
export interface DashboardWork {
  readonly told: readonly Part<void>[];
  readonly stdin: Buffer;
}

/** What is set of a page that may not run yet. */
export function settingsWork(steps: readonly DashboardStep[]): Part<void>[] {
  return steps.flatMap((step) =>
    step.do === "set" ? [tellCeph("config", "set", "mgr", step.option, step.value)] : [],
  );
}

/** What only the running page takes. */
export function pageWork(
  steps: readonly DashboardStep[],
  inputs: CephDashboardInputs,
  secrets: DashboardSecrets,
): DashboardWork {
  const work = steps.map((step) => workOf(step, inputs, secrets));
  return {
    told: work.flatMap(({ part }) => (part === undefined ? [] : [part])),
    stdin: Buffer.from(work.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join("")),
  };
}

interface OneWork {
  readonly part: Part<void> | undefined;
  readonly lines: readonly string[];
}

function workOf(
  step: DashboardStep,
  inputs: CephDashboardInputs,
  { passwords, certificate }: DashboardSecrets,
): OneWork {
  switch (step.do) {
    case "certificate":
      return certificate === undefined
        ? { part: ownCertificate(inputs), lines: [] }
        : {
            part: GIVEN_CERTIFICATE,
            lines: [certificate.chain, certificate.key].map((pem) =>
              Buffer.from(pem).toString("base64"),
            ),
          };
    case "make": {
      const role = inputs.users.find(({ name }) => name === step.user)?.role ?? "read-only";
      return {
        part: withPassword("ac-user-create", step.user, role),
        lines: [passwords[step.user] ?? ""],
      };
    }
    case "password":
      return {
        part: withPassword("ac-user-set-password", step.user),
        lines: [passwords[step.user] ?? ""],
      };
    case "role": {
      const role = inputs.users.find(({ name }) => name === step.user)?.role ?? "read-only";
      return { part: tellPage("ac-user-set-roles", step.user, role), lines: [] };
    }
    case "let in":
      return { part: tellPage("ac-user-enable", step.user), lines: [] };
    default:
      return { part: undefined, lines: [] };
  }
}

/** Its answer shows the digest of the password, which is nobody's business. */
const tellPage = (...words: readonly string[]): Part<void> =>
  act(
    `ceph dashboard ${words.join(" ")}`,
    sh`${[...CEPH, "dashboard", ...words]} < /dev/null > /dev/null`,
  );

/** One that was made by a run that was cut is given its password and role all the same. */
function withPassword(verb: string, ...words: readonly string[]): Part<void> {
  return act(
    `ceph dashboard ${verb} ${words.join(" ")}`,
    sh`IFS= read -r word && printf %s "$word" | ${[...CEPH, "dashboard", verb, ...words]} -i - > /dev/null`,
  );
}

const folder = (...lines: readonly string[]): string =>
  [
    "(",
    "umask 077",
    // In memory alone: a key that was on a disk once is found there.
    "folder=$(mktemp -d -p /run) || exit",
    "trap 'rm -rf \"$folder\"' EXIT",
    ...lines,
    sh`${CEPH} dashboard set-ssl-certificate -i "$folder/crt" > /dev/null < /dev/null || exit`,
    sh`${CEPH} dashboard set-ssl-certificate-key -i "$folder/key" > /dev/null < /dev/null`,
    ")",
  ].join("\n");

const GIVEN_CERTIFICATE = act(
  "ceph dashboard set-ssl-certificate",
  folder(
    "for name in crt key; do",
    '  IFS= read -r line && printf %s "$line" | base64 -d > "$folder/$name" || exit',
    "done",
  ),
);

/** Ceph's own command for it does not work as Proxmox builds it. Ten years, as Proxmox's own authority has. */
function ownCertificate({ addresses, cluster }: CephDashboardInputs): Part<void> {
  const names = Object.entries(addresses).flatMap(([manager, address]) => [
    `DNS:${manager}`,
    `IP:${address}`,
  ]);
  return act(
    "certificate for Ceph's page",
    folder(
      sh`said=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj ${`/CN=Ceph of ${cluster}`} -addext ${`subjectAltName=${names.join(",")}`} ${raw('-keyout "$folder/key" -out "$folder/crt"')} 2>&1) || { printf '%s\\n' "$said" >&2; exit 1; }`,
    ),
  );
}

/** A page takes addresses, port and certificate when it starts. */
export const RESTART: readonly Part<void>[] = [
  tellCeph("mgr", "module", "disable", "dashboard"),
  tellCeph("mgr", "module", "enable", "dashboard"),
];
