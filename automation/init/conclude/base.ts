import type { ClusterInput } from "../../../config/schema/cluster.js";
import { LOCALES, TIME_ZONES } from "../../../config/schema/system-names.js";
import type { Margin } from "../margin.js";
import { isFormed, type SeenHost, type Sight } from "../sight.js";

type BaseInput = ClusterInput["base"];
const DEFAULT_LOCALE = "en_US.UTF-8";

/** What hosts have already, as the first of them has it. */
export function concludeBase(sight: Sight, margin: Margin): BaseInput {
  const { hosts } = sight;
  const domain = agreed(hosts, "domain", ({ domain: one }) => one, margin);
  const dns = agreed(hosts, "name servers", ({ dns: one }) => one.join(" "), margin);
  const gateway = hosts.flatMap(({ gateways }) => gateways.map(({ address }) => address))[0];
  if (dns === "") {
    margin.note(["base", "dns"], "No name server was found on the hosts; this is their gateway.");
  }
  return {
    domain: domain === "" ? withoutDomain(margin) : domain,
    dns: dns === "" ? [gateway ?? "9.9.9.9"] : dns.split(" "),
    ntp: timeSources(hosts, gateway, margin),
    timezone: zoneOf(hosts, margin),
    ...localeOf(hosts, margin),
    ...(isFormed(sight) ? packagesAsTheyAre(hosts) : {}),
  };
}

/** What the first says. Others are told where they say otherwise: a run makes all alike. */
function agreed(
  hosts: readonly SeenHost[],
  what: string,
  of: (host: SeenHost) => string,
  margin: Margin,
): string {
  const [first, ...others] = hosts;
  const said = first === undefined ? "" : of(first);
  for (const host of others) {
    if (of(host) !== said) {
      margin.warn(
        `${what}: ${of(host) || "none"}. The file says ${said || "none"}, as ${first?.node} has it.`,
        host.node,
      );
    }
  }
  return said;
}

function withoutDomain(margin: Margin): string {
  margin.note(["base", "domain"], "The hosts name no DNS domain; this one is reserved for homes.");
  return "home.arpa";
}

function timeSources(
  hosts: readonly SeenHost[],
  gateway: string | undefined,
  margin: Margin,
): string[] {
  const said = agreed(hosts, "time sources", ({ ntp }) => ntp.join(" "), margin);
  if (said !== "") {
    return said.split(" ");
  }
  margin.note(
    ["base", "ntp"],
    "No time source was found on the hosts; this is their gateway, if it gives the time.",
  );
  return [gateway ?? "pool.ntp.org"];
}

function zoneOf(hosts: readonly SeenHost[], margin: Margin): string {
  const said = agreed(hosts, "time zone", ({ timezone }) => timezone, margin);
  if (TIME_ZONES.has(said)) {
    return said;
  }
  margin.warn(
    `The time zone ${said || "of the hosts"} is none that a stack file may have; the file says UTC.`,
  );
  return "UTC";
}

function localeOf(hosts: readonly SeenHost[], margin: Margin): Pick<BaseInput, "locale"> {
  const said = agreed(hosts, "locale", ({ locale }) => locale ?? DEFAULT_LOCALE, margin);
  if (LOCALES.has(said)) {
    return said === DEFAULT_LOCALE ? {} : { locale: said };
  }
  margin.warn(
    `The locale ${said} is none that a stack file may have; the file says ${DEFAULT_LOCALE}.`,
  );
  return {};
}

/** A cluster that stands gets nothing that nobody asked for. */
function packagesAsTheyAre(hosts: readonly SeenHost[]): Pick<BaseInput, "nodeExporter" | "lldp"> {
  const everywhere = (name: string): boolean =>
    hosts.every(({ packages }) => packages.includes(name));
  return {
    ...(everywhere("prometheus-node-exporter") ? {} : { nodeExporter: false }),
    ...(everywhere("lldpd") ? {} : { lldp: false }),
  };
}
