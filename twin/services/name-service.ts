import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwinPlan } from "../plan/twin-plan.js";

/** Where the controller answers: the addresses at which hosts look for routers, names and times. */
export function controllerIps(plan: TwinPlan): string[] {
  return [
    ...plan.networks.flatMap((network) =>
      network.controller.map((one) => one.split("/")[0] ?? one),
    ),
    ...plan.foreign,
  ];
}

/** dnsmasq with the stack's names, and the package servers' names leading to the controller. */
export function nameServiceCommand(
  plan: TwinPlan,
  packageServers: readonly string[],
  runDir: string,
): string[] {
  const own = controllerIps(plan)[0] ?? "127.0.0.1";
  const file = join(runDir, "dnsmasq.conf");
  const timeServers = plan.ntp.filter((one) => /[a-z]/i.test(one) && !one.includes(":"));
  writeFileSync(
    file,
    [
      "no-resolv",
      "no-hosts",
      "no-daemon",
      "user=root",
      "pid-file",
      "bind-interfaces",
      ...["127.0.0.1", ...controllerIps(plan)].map((one) => `listen-address=${one}`),
      `local=/${plan.domain}/`,
      ...plan.names.map((one) => `host-record=${one.names.join(",")},${one.address}`),
      ...[...packageServers, ...timeServers].map((name) => `host-record=${name},${own}`),
      "",
    ].join("\n"),
  );
  return ["dnsmasq", `--conf-file=${file}`];
}
