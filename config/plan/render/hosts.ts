import type { NamePlan } from "../names.js";

const LOCAL = [
  "127.0.0.1 localhost.localdomain localhost",
  "::1 localhost ip6-localhost ip6-loopback",
  "ff02::1 ip6-allnodes",
  "ff02::2 ip6-allrouters",
];

/** `/etc/hosts`, the same on every member. */
export function renderHosts(plan: NamePlan): string {
  const members = plan.hosts.map((entry) => `${entry.address} ${entry.names.join(" ")}`);
  return `${[...LOCAL, "", "# Members of the cluster", ...members].join("\n")}\n`;
}

/** `/etc/resolv.conf`. */
export function renderResolvConf(plan: NamePlan): string {
  const lines = [`search ${plan.domain}`, ...plan.dns.map((server) => `nameserver ${server}`)];
  return `${lines.join("\n")}\n`;
}
