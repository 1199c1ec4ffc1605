import type { ReportedPower } from "../power.js";
import { smbiosBytes } from "../smbios.js";
import { ADDRESSING, classUri, type Field } from "./soap.js";

export interface EngineFacts {
  readonly uuid: string;
  readonly hostname: string;
  readonly realm: string;
  readonly power: ReportedPower;
  readonly redirectionEnabled: boolean;
}

/** CIM power states as AMT reads them back. */
const powerStates: Readonly<Record<ReportedPower, number>> = {
  on: 2,
  off: 8,
  "powering-off": 13,
  unknown: 0,
};
const requestable: Readonly<Record<ReportedPower, readonly number[]>> = {
  on: [5, 8, 10, 11],
  off: [2],
  "powering-off": [],
  unknown: [],
};

const system: readonly Field[] = [
  ["SystemCreationClassName", "CIM_ComputerSystem"],
  ["SystemName", "ManagedSystem"],
];
const reference = (className: string, name: string): readonly Field[] => [
  ["b:Address", `${ADDRESSING}/role/anonymous`],
  [
    "b:ReferenceParameters",
    [
      ["c:ResourceURI", classUri(className)],
      ["c:SelectorSet", [['c:Selector Name="Name"', name]]],
    ],
  ],
];

function powerFields({ power }: EngineFacts): readonly Field[] {
  return [
    ...requestable[power].map((state): Field => ["AvailableRequestedPowerStates", state]),
    ["PowerState", powerStates[power]],
    [
      "ServiceProvided",
      reference("CIM_PowerManagementService", "Intel(r) AMT Power Management Service"),
    ],
    ["UserOfService", reference("CIM_ComputerSystem", "ManagedSystem")],
  ];
}

/** Every class that can be read, with its one instance. */
export const instances: Readonly<Record<string, (facts: EngineFacts) => readonly Field[]>> = {
  CIM_AssociatedPowerManagementService: powerFields,
  CIM_ServiceAvailableToElement: powerFields,
  CIM_PowerManagementService: () => [
    ["CreationClassName", "CIM_PowerManagementService"],
    ["ElementName", "Intel(r) AMT Power Management Service"],
    ["EnabledState", 5],
    ["Name", "Intel(r) AMT Power Management Service"],
    ["RequestedState", 12],
    ...system,
  ],
  CIM_ComputerSystemPackage: ({ uuid }) => [
    ["Antecedent", reference("CIM_Chassis", "CIM_Chassis")],
    ["Dependent", reference("CIM_ComputerSystem", "ManagedSystem")],
    ["PlatformGUID", smbiosBytes(uuid).toString("hex").toUpperCase()],
  ],
  CIM_ComputerSystem: ({ power }) => [
    ["CreationClassName", "CIM_ComputerSystem"],
    ["ElementName", "Managed System"],
    ["EnabledState", power === "on" ? 2 : 3],
    ["Name", "ManagedSystem"],
    ["NameFormat", "Other"],
  ],
  AMT_GeneralSettings: ({ hostname, realm }) => [
    ["AMTNetworkEnabled", 1],
    ["DDNSUpdateEnabled", false],
    ["DigestRealm", realm],
    ["DomainName", ""],
    ["ElementName", "Intel(r) AMT: General Settings"],
    ["HostName", hostname],
    ["HostOSFQDN", ""],
    ["IdleWakeTimeout", 65535],
    ["InstanceID", "Intel(r) AMT: General Settings"],
    ["NetworkInterfaceEnabled", true],
    ["PingResponseEnabled", true],
    ["PowerSource", 0],
    ["PrivacyLevel", 0],
    ["RmcpPingResponseEnabled", true],
    ["SharedFQDN", true],
    ["WsmanOnlyMode", false],
  ],
  AMT_SetupAndConfigurationService: () => [
    ["CreationClassName", "AMT_SetupAndConfigurationService"],
    ["ElementName", "Intel(r) AMT Setup and Configuration Service"],
    ["EnabledState", 5],
    ["Name", "Intel(r) AMT Setup and Configuration Service"],
    ["ProvisioningMode", 1],
    ["ProvisioningState", 2],
    ...system,
  ],
  AMT_RedirectionService: ({ redirectionEnabled }) => [
    ["CreationClassName", "AMT_RedirectionService"],
    ["EnabledState", redirectionEnabled ? 32771 : 32768],
    ["ListenerEnabled", redirectionEnabled],
    ["Name", "Intel(r) AMT Redirection Service"],
    ...system,
  ],
  AMT_BootSettingData: () => [
    ["BIOSPause", false],
    ["BIOSSetup", false],
    ["BootMediaIndex", 0],
    ["ElementName", "Intel(r) AMT Boot Configuration Settings"],
    ["FirmwareVerbosity", 0],
    ["InstanceID", "Intel(r) AMT:BootSettingData 0"],
    ["UseSOL", false],
  ],
  CIM_BootConfigSetting: () => [
    ["ElementName", "Intel(r) AMT: Boot Configuration"],
    ["InstanceID", "Intel(r) AMT: Boot Configuration 0"],
  ],
  CIM_BootService: () => [
    ["CreationClassName", "CIM_BootService"],
    ["ElementName", "Intel(r) AMT Boot Service"],
    ["EnabledState", 5],
    ["Name", "Intel(r) AMT Boot Service"],
    ...system,
  ],
  IPS_OptInService: () => [
    ["CreationClassName", "IPS_OptInService"],
    ["ElementName", "Intel(r) AMT OptIn Service"],
    ["Name", "Intel(r) AMT OptIn Service"],
    ["OptInRequired", 0],
    ["OptInState", 0],
    ...system,
  ],
};
