import type { ReportedPower } from "../power.js";
import type { Resource } from "./answers.js";
import type { Vendor } from "./flavours.js";

export const ROOT = "/redfish/v1";

export interface SystemFacts {
  readonly id: string;
  readonly uuid: string;
  readonly hostname: string;
  readonly power: ReportedPower;
  readonly boot: BootOverride;
}

export interface BootOverride {
  readonly enabled: string;
  readonly target: string;
  readonly mode: string;
}

export function serviceRoot(vendor: Vendor, uuid: string): Resource {
  return {
    "@odata.id": ROOT,
    "@odata.type": "#ServiceRoot.v1_15_0.ServiceRoot",
    Id: "RootService",
    Name: "Root Service",
    RedfishVersion: "1.15.1",
    UUID: uuid,
    Vendor: vendor.vendor,
    Product: vendor.product,
    Systems: link("Systems"),
    Chassis: link("Chassis"),
    Managers: link("Managers"),
    SessionService: link("SessionService"),
    AccountService: link("AccountService"),
    Tasks: link("TaskService"),
    Links: { Sessions: link("SessionService/Sessions") },
  };
}

export function link(path: string): Resource {
  return { "@odata.id": `${ROOT}/${path}` };
}

export function collection(path: string, type: string, ids: readonly string[]): Resource {
  return {
    "@odata.id": `${ROOT}/${path}`,
    "@odata.type": `#${type}Collection.${type}Collection`,
    Name: `${type} Collection`,
    "Members@odata.count": ids.length,
    Members: ids.map((id) => link(`${path}/${id}`)),
  };
}

/** The system UUID as this vendor's firmware prints it. */
export function shownUuid(uuid: string, swapped: boolean): string {
  if (!swapped) return uuid.toLowerCase();
  const [a = "", b = "", c = "", ...rest] = uuid.toLowerCase().split("-");
  const swap = (group: string) => (group.match(/../g) ?? []).reverse().join("");
  return [swap(a), swap(b), swap(c), ...rest].join("-");
}

const powerStates: Readonly<Record<ReportedPower, string | null>> = {
  on: "On",
  off: "Off",
  "powering-off": "PoweringOff",
  unknown: null,
};

export function computerSystem(vendor: Vendor, facts: SystemFacts): Resource {
  const path = `Systems/${facts.id}`;
  const allowed: Resource =
    vendor.resetTypesIn === "action"
      ? { "ResetType@Redfish.AllowableValues": vendor.resetTypes }
      : { "@Redfish.ActionInfo": `${ROOT}/${path}/ResetActionInfo` };
  return {
    "@odata.id": `${ROOT}/${path}`,
    "@odata.type": "#ComputerSystem.v1_20_0.ComputerSystem",
    Id: facts.id,
    Name: "System",
    SystemType: "Physical",
    Manufacturer: vendor.vendor,
    Model: "Twin",
    SerialNumber: facts.uuid.slice(-12).toUpperCase(),
    UUID: facts.uuid,
    HostName: facts.hostname,
    PowerState: powerStates[facts.power],
    Status: { State: facts.power === "on" ? "Enabled" : "StandbyOffline", Health: "OK" },
    PowerRestorePolicy: "LastState",
    Boot: {
      BootSourceOverrideEnabled: facts.boot.enabled,
      BootSourceOverrideTarget: facts.boot.target,
      BootSourceOverrideMode: facts.boot.mode,
      "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "Pxe", "Hdd", "Cd", "BiosSetup"],
    },
    Links: {
      Chassis: [link(`Chassis/${vendor.chassisId}`)],
      ManagedBy: [link(`Managers/${vendor.managerId}`)],
    },
    Actions: {
      "#ComputerSystem.Reset": {
        target: `${ROOT}/${path}/Actions/ComputerSystem.Reset`,
        ...allowed,
      },
    },
  };
}

export function resetActionInfo(vendor: Vendor, systemId: string): Resource {
  return {
    "@odata.id": `${ROOT}/Systems/${systemId}/ResetActionInfo`,
    "@odata.type": "#ActionInfo.v1_3_0.ActionInfo",
    Id: "ResetActionInfo",
    Name: "Reset Action Info",
    Parameters: [
      {
        Name: "ResetType",
        Required: true,
        DataType: "String",
        AllowableValues: vendor.resetTypes,
      },
    ],
  };
}

export function manager(vendor: Vendor): Resource {
  const path = `Managers/${vendor.managerId}`;
  return {
    "@odata.id": `${ROOT}/${path}`,
    "@odata.type": "#Manager.v1_17_0.Manager",
    Id: vendor.managerId,
    Name: "Manager",
    ManagerType: "BMC",
    FirmwareVersion: "1.0.0-twin",
    PowerState: "On",
    Status: { State: "Enabled", Health: "OK" },
    Actions: {
      "#Manager.Reset": {
        target: `${ROOT}/${path}/Actions/Manager.Reset`,
        "ResetType@Redfish.AllowableValues": ["ForceRestart", "GracefulRestart"],
      },
    },
  };
}

export function chassis(vendor: Vendor, power: ReportedPower): Resource {
  return {
    "@odata.id": `${ROOT}/Chassis/${vendor.chassisId}`,
    "@odata.type": "#Chassis.v1_22_0.Chassis",
    Id: vendor.chassisId,
    Name: "Chassis",
    ChassisType: "RackMount",
    PowerState: powerStates[power],
    Status: { State: "Enabled", Health: "OK" },
    Links: {
      ComputerSystems: [link(`Systems/${vendor.systemId}`)],
      ManagedBy: [link(`Managers/${vendor.managerId}`)],
    },
  };
}

export function task(id: string, done: boolean): Resource {
  return {
    "@odata.id": `${ROOT}/TaskService/Tasks/${id}`,
    "@odata.type": "#Task.v1_7_0.Task",
    Id: id,
    Name: "Computer System Reset",
    TaskState: done ? "Completed" : "Running",
    TaskStatus: "OK",
  };
}
