import { backupGate } from "./backup/gate/provider.js";
import { backupJob } from "./backup/job/provider.js";
import { apiObject } from "./datacenter/object/provider.js";
import { datacenterOptions } from "./datacenter/options/provider.js";
import { notificationTarget } from "./datacenter/target/provider.js";
import { fencedMachine } from "./fencing/machine/provider.js";
import { fencingProof } from "./fencing/proof/provider.js";
import { container } from "./guest/container/provider.js";
import { downloadedImage } from "./guest/image/provider.js";
import { guestRoster } from "./guest/roster/provider.js";
import { virtualMachine } from "./guest/vm/provider.js";
import { haGuests } from "./ha/guests/provider.js";
import { migratedGroups } from "./ha/migrated-groups/provider.js";
import { bondsGate } from "./host/bonds/provider.js";
import { cablingGate } from "./host/cabling/provider.js";
import { clocksGate } from "./host/clocks/provider.js";
import { hostFiles } from "./host/files/provider.js";
import { hostNetwork } from "./host/network/provider.js";
import { hostPackages } from "./host/packages/provider.js";
import { pathsGate } from "./host/paths/provider.js";
import { hostReboot } from "./host/reboot/provider.js";
import { hostSettings } from "./host/settings/provider.js";
import type { ProviderKind } from "./kit/define-provider.js";
import type { EngineProvider } from "./kit/engine.js";
import { leavingWord } from "./kit/presence.js";
import { ProcessRuntime } from "./kit/process-runtime.js";
import { nativeGuard } from "./native/guard/provider.js";
import { nativeRoster } from "./native/roster/provider.js";
import { cephCluster } from "./pveceph/cluster/provider.js";
import { crushRule } from "./pveceph/crush-rule/provider.js";
import { cephDaemon } from "./pveceph/daemon/provider.js";
import { cephDashboard } from "./pveceph/dashboard/provider.js";
import { cephFilesystem } from "./pveceph/filesystem/provider.js";
import { firstDisks } from "./pveceph/first-disks/provider.js";
import { cephGate } from "./pveceph/gate/provider.js";
import { cephInstallation } from "./pveceph/installation/provider.js";
import { cephLocations } from "./pveceph/locations/provider.js";
import { cephModules } from "./pveceph/modules/provider.js";
import { cephOsds } from "./pveceph/osds/provider.js";
import { cephPool } from "./pveceph/pool/provider.js";
import { cephRelease } from "./pveceph/release/provider.js";
import { retiredCephDaemons } from "./pveceph/retired/provider.js";
import { retiredCephPools } from "./pveceph/retired-pools/provider.js";
import { cephRoster } from "./pveceph/roster/provider.js";
import { cephSettings } from "./pveceph/settings/provider.js";
import { corosyncCluster } from "./pvecm/cluster/provider.js";
import { corosyncLinks } from "./pvecm/links/provider.js";
import { corosyncMember } from "./pvecm/member/provider.js";
import { corosyncQDevice } from "./pvecm/qdevice/provider.js";
import { corosyncQDevicePause } from "./pvecm/qdevice-pause/provider.js";
import { corosyncRemoval } from "./pvecm/removal/provider.js";
import { corosyncRoster } from "./pvecm/roster/provider.js";
import { storageGate } from "./pvesm/gate/provider.js";
import { storageServers } from "./pvesm/servers/provider.js";
import { storageDefinition } from "./pvesm/storage/provider.js";
import { apiToken } from "./pveum/token/provider.js";
import { sdnFabric } from "./sdn/fabric/provider.js";

/** Every kind of dynamic resource. The texts in the state name them by these keys. */
const kinds: readonly ProviderKind[] = [
  backupGate,
  backupJob,
  apiObject,
  apiToken,
  bondsGate,
  cablingGate,
  cephCluster,
  cephDaemon,
  cephDashboard,
  cephFilesystem,
  cephGate,
  cephInstallation,
  cephModules,
  cephOsds,
  firstDisks,
  cephLocations,
  cephPool,
  cephSettings,
  cephRelease,
  retiredCephDaemons,
  retiredCephPools,
  cephRoster,
  crushRule,
  container,
  corosyncCluster,
  corosyncLinks,
  corosyncMember,
  corosyncQDevice,
  corosyncQDevicePause,
  corosyncRemoval,
  corosyncRoster,
  datacenterOptions,
  downloadedImage,
  fencedMachine,
  fencingProof,
  guestRoster,
  haGuests,
  hostFiles,
  hostNetwork,
  clocksGate,
  hostPackages,
  hostReboot,
  hostSettings,
  migratedGroups,
  nativeGuard,
  nativeRoster,
  notificationTarget,
  pathsGate,
  sdnFabric,
  storageDefinition,
  storageGate,
  storageServers,
  virtualMachine,
];

/** Kinds by the names that states of an earlier program have for them. */
const formerly: Readonly<Record<string, ProviderKind>> = {
  "pvesm/guard": nativeGuard,
  "pvesm/roster": nativeRoster,
};

let runtime: ProcessRuntime | undefined;

/** What the engine's Node plugin looks up. All kinds of one process share connections, secrets and locks. */
export const providers: Readonly<Record<string, EngineProvider>> = Object.defineProperties(
  {},
  Object.fromEntries(
    [...kinds.map((kind) => [kind.kind, kind] as const), ...Object.entries(formerly)].map(
      ([name, kind]) => [
        name,
        {
          enumerable: true,
          get: () => {
            runtime ??= new ProcessRuntime();
            return runtime.answers.counted(leavingWord(kind.serve(runtime)));
          },
        },
      ],
    ),
  ),
);
