import type { Change } from "../../kit/change.js";
import type { CephDashboardInputs } from "./schema.js";
import type { FoundCertificate, FoundUser } from "./sight.js";

export interface DashboardFacts {
  readonly enabled: boolean;
  readonly stored: readonly {
    readonly section: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly certificate: FoundCertificate | undefined;
  /** Of the one that the file refers to, where it is known. */
  readonly wantedFingerprint: string | undefined;
  readonly users: Readonly<Record<string, FoundUser>>;
  readonly activeManager: string;
  readonly url: string | undefined;
}

export type DashboardStep =
  | { readonly do: "set"; readonly option: string; readonly value: string }
  | { readonly do: "enable" | "certificate" | "restart" }
  | { readonly do: "make" | "role" | "password" | "let in"; readonly user: string };

/** Ceph's own values hold where nothing is set. */
const OWN = new Map([
  ["mgr/dashboard/ssl", "true"],
  ["mgr/dashboard/ssl_server_port", "8443"],
  ["mgr/dashboard/standby_behaviour", "redirect"],
]);

/** Addresses before the page is switched on, so that it never listens on others; users once it runs. */
export function planDashboard(
  wanted: CephDashboardInputs | undefined,
  facts: DashboardFacts,
): Change<DashboardStep>[] {
  if (wanted === undefined) {
    return [];
  }
  const settings = optionsOf(wanted).flatMap((one) => settingChange(one, facts));
  return [
    ...settings,
    ...(facts.enabled ? [] : [change("add", "module", "off", "on", { do: "enable" })]),
    ...certificateChange(wanted, facts),
    ...wanted.users.flatMap(({ name, role }) =>
      userChanges(name, role, facts.users[name] ?? { state: "unanswered" }),
    ),
    ...(facts.enabled && settings.length === 0 ? pageChange(wanted, facts) : []),
  ];
}

const change = (
  kind: "add" | "change",
  path: string,
  from: string,
  to: string,
  step: DashboardStep,
): Change<DashboardStep> => ({ kind, path, from, to, step });

interface Option {
  readonly path: string;
  readonly option: string;
  readonly value: string;
}

function optionsOf({ addresses, port, standby }: CephDashboardInputs): Option[] {
  return [
    ...Object.entries(addresses).map(([manager, address]) => ({
      path: `addresses.${manager}`,
      option: `mgr/dashboard/${manager}/server_addr`,
      value: address,
    })),
    { path: "encrypted", option: "mgr/dashboard/ssl", value: "true" },
    { path: "port", option: "mgr/dashboard/ssl_server_port", value: String(port) },
    {
      path: "standby",
      option: "mgr/dashboard/standby_behaviour",
      value: standby === "redirect" ? "redirect" : "error",
    },
  ];
}

function settingChange(
  { path, option, value }: Option,
  { stored }: DashboardFacts,
): Change<DashboardStep>[] {
  const set = stored.find(({ section, name }) => section === "mgr" && name === option)?.value;
  if ((set ?? OWN.get(option)) === value) {
    return [];
  }
  const step = { do: "set", option, value } as const;
  return [
    set === undefined
      ? change("add", path, "Ceph's own", value, step)
      : change("change", path, set, value, step),
  ];
}

/** One that somebody has put there serves as well, as long as the file refers to no other. */
function certificateChange(
  wanted: CephDashboardInputs,
  { certificate, wantedFingerprint }: DashboardFacts,
): Change<DashboardStep>[] {
  const to = wanted.certificate === undefined ? "one made on the host" : "the stack file's";
  if (certificate === undefined) {
    return [change("add", "certificate", "absent", to, { do: "certificate" })];
  }
  const wrong = [
    certificate.fits ? [] : ["its key is another one's"],
    certificate.lasts || wantedFingerprint !== undefined ? [] : ["it ends within a month"],
    wantedFingerprint === undefined || wantedFingerprint === certificate.fingerprint
      ? []
      : [`SHA-256 ${certificate.fingerprint}`],
  ].flat();
  return wrong.length === 0
    ? []
    : [change("change", "certificate", wrong.join(", "), to, { do: "certificate" })];
}

function userChanges(user: string, role: string, found: FoundUser): Change<DashboardStep>[] {
  const path = `users.${user}`;
  if (found.state !== "there") {
    return [change("add", path, "absent", role, { do: "make", user })];
  }
  return [
    ...(found.roles.join() === role
      ? []
      : [
          change("change", `${path}.role`, found.roles.join(", ") || "none", role, {
            do: "role",
            user,
          }),
        ]),
    ...(found.password === "different"
      ? [
          change("change", `${path}.password`, "another one", "the wanted one", {
            do: "password",
            user,
          }),
        ]
      : []),
    ...(found.enabled
      ? []
      : [change("change", path, "shut out", "let in", { do: "let in", user })]),
  ];
}

/** What was set is taken by a page that starts; one that a cut left with the old address is started again. */
function pageChange(wanted: CephDashboardInputs, facts: DashboardFacts): Change<DashboardStep>[] {
  const there = elsewhere(wanted, facts);
  return there === undefined
    ? []
    : [change("change", "page", there.url, there.wanted, { do: "restart" })];
}

/** Undefined as well for a page that tells no place yet. */
export function elsewhere(
  { addresses, port }: CephDashboardInputs,
  { activeManager, url }: Pick<DashboardFacts, "activeManager" | "url">,
): { readonly url: string; readonly wanted: string } | undefined {
  const address = addresses[activeManager];
  if (url === undefined || address === undefined) {
    return undefined;
  }
  const wanted = `https://${address.includes(":") ? `[${address}]` : address}:${port}/`;
  return url === wanted ? undefined : { url, wanted };
}
