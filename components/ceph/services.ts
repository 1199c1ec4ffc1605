import type * as pulumi from "@pulumi/pulumi";
import { CephDashboard } from "../../dynamic-providers/pveceph/dashboard/resource.js";
import { CephModules } from "../../dynamic-providers/pveceph/modules/resource.js";
import type { CephClusterArgs } from "./args.js";

/** What the managers serve beside their own work: modules, and a page for people. Modules in turn, for each of them has the managers start over. */
export function declareServices(
  { adopt, ceph, founder, name }: CephClusterArgs,
  child: (suffix: string) => string,
  behind: (resources: readonly pulumi.Resource[]) => pulumi.CustomResourceOptions,
  managers: readonly pulumi.Resource[],
): pulumi.Resource[] {
  const modules =
    ceph.modules.length === 0
      ? []
      : [
          new CephModules(
            child("modules"),
            { cluster: name, connection: founder, modules: [...ceph.modules], adopt },
            behind(managers),
          ),
        ];
  const { dashboard } = ceph;
  if (dashboard === undefined) {
    return modules;
  }
  const { addresses, users, certificate, port, standby } = dashboard;
  return [
    ...modules,
    new CephDashboard(
      child("dashboard"),
      {
        cluster: name,
        connection: founder,
        port,
        standby,
        addresses: { ...addresses },
        users: users.map((user) => ({ ...user })),
        ...(certificate === undefined ? {} : { certificate: { ...certificate } }),
        adopt,
      },
      behind([...managers, ...modules]),
    ),
  ];
}
