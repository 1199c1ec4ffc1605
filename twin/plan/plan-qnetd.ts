import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { networkOf } from "./plan-nas.js";
import type { QnetdPlan, SecretName } from "./twin-plan.js";

const IS_ADDRESS = /^[0-9.]+$|:/;

/** The host outside of the cluster that gives the tie-breaking vote, where the file names one by its address. */
export function planQnetd(
  spec: ClusterSpec,
  secretNameOf: (reference: SecretRef) => SecretName,
): QnetdPlan[] {
  const device = spec.corosync.qdevice;
  if (device === undefined || !IS_ADDRESS.test(device.address)) return [];
  const network = networkOf(spec, device.address);
  return [
    {
      name: "qnetd",
      address: device.address,
      ...(network === undefined ? {} : { network }),
      ...(device.password === undefined ? {} : { password: secretNameOf(device.password) }),
    },
  ];
}
