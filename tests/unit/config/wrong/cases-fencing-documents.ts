import { GONE, type WrongStack } from "./wrong-stack.js";

const login = { user: "admin", password: { ssm: "/ms01/bmc/frege" } };

const CERTIFICATE =
  "CF:FC:AA:5D:F8:8C:02:D4:1A:13:C4:CA:50:32:C2:AB:F7:4D:8E:EF:49:4E:66:89:56:1F:73:06:A8:B6:71:00";

/** Claims about fencing, watchdogs and power control. */
export const FENCING_DOCUMENTS: readonly WrongStack[] = [
  {
    name: "no watchdog, because power devices are there",
    stack: "frege",
    patch: { "fencing/watchdog": false },
    code: "fencing/no-watchdog",
    at: "fencing.watchdog",
    fix: "watchdog: true",
  },
  {
    name: "power cycle instead of off",
    stack: "pve1",
    patch: { "fencing/power": "cycle" },
    code: "schema/choice",
    at: "fencing.power",
    fix: "cannot be verified",
  },
  {
    name: "stonith",
    stack: "pve1",
    patch: { "fencing/stonith": true },
    code: "schema/old-key",
    at: "fencing.stonith",
    fix: "knows no STONITH",
  },
  {
    name: "IPMI as second level of an MS-01",
    stack: "frege",
    patch: { "nodes/frege/fence/ipmi": { address: "10.203.3.31", login } },
    code: "fencing/wrong-device",
    at: "nodes.frege.fence.ipmi",
    fix: "Write amt",
  },
  {
    name: "AMT on a server with a BMC",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence": {
        amt: {
          address: "10.30.100.11",
          login: { user: "fence", password: { ssm: "/pve1/nodes/node1/ipmi_password" } },
        },
      },
    },
    code: "fencing/wrong-device",
    at: "nodes.pve1-node1.fence.amt",
    fix: "redfish or ipmi",
  },
  {
    name: "AMT without TLS",
    stack: "frege",
    patch: { "nodes/frege/fence/amt/port": 16992 },
    code: "fencing/amt-plain",
    at: "nodes.frege.fence.amt.port",
    fix: "16993",
  },
  {
    name: "one controller for two nodes",
    stack: "frege",
    patch: { "nodes/russell/fence/amt/address": "10.203.3.21" },
    code: "fencing/shared-device",
    at: "nodes.russell.fence.amt.address",
    fix: "this node alone",
  },
  {
    name: "one outlet for two nodes",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        { ...pdu("7"), login: { user: "a", password: { ssm: "/pve1/pdu1" } } },
      ],
      "nodes/pve1-node2/fence/pdu": [
        { ...pdu("7"), login: { user: "a", password: { ssm: "/pve1/pdu2" } } },
      ],
    },
    code: "fencing/shared-device",
    at: "nodes.pve1-node2.fence.pdu[0].outlets",
    fix: "Outlet 7",
  },
  {
    name: "one system UUID for two nodes",
    stack: "frege",
    patch: {
      "nodes/frege/fence/amt/uuid": "4c4c4544-0042-4a10-8051-b4c04f4d3332",
      "nodes/russell/fence/amt/uuid": "4c4c4544-0042-4a10-8051-b4c04f4d3332",
    },
    code: "fencing/shared-pin",
    at: "nodes.russell.fence.amt.uuid",
    fix: "dmidecode",
  },
  {
    name: "the controller at the host's own address",
    stack: "frege",
    patch: { "nodes/frege/fence/amt/address": "10.203.3.11" },
    code: "fencing/own-address",
    at: "nodes.frege.fence.amt.address",
    fix: "controller itself",
    also: ["address/duplicate"],
  },
  {
    name: "the controller on the ring",
    stack: "frege",
    patch: { "nodes/frege/fence/amt/address": "169.254.1.21" },
    code: "fencing/own-address",
    at: "nodes.frege.fence.amt.address",
    fix: "only running hosts answer",
  },
  {
    name: "controllers that nobody reaches",
    stack: "frege",
    patch: {
      "networks/management/gateway": GONE,
      "nodes/frege/fence/amt/address": "10.99.0.21",
    },
    also: ["install/no-gateway"],
    code: "fencing/unreachable",
    at: "nodes.frege.fence.amt.address",
    fix: "network or a route",
  },
  {
    name: "controllers behind the default gateway",
    stack: "frege",
    patch: { "nodes/frege/fence/amt/address": "10.99.0.21" },
    code: "fencing/through-gateway",
    at: "nodes.frege.fence.amt.address",
    fix: "does not depend on the router",
  },
  {
    name: "power that is off after the guests were started elsewhere",
    stack: "frege",
    patch: { "fencing/delay": "100s" },
    code: "fencing/too-late",
    at: "fencing.delay",
    fix: "Shorten `delay`",
  },
  {
    name: "power that is off in time, and seen off a second time too late",
    stack: "frege",
    patch: { "fencing/delay": "72s" },
    code: "fencing/too-late",
    at: "fencing.delay",
    fix: "Shorten `delay`",
  },
  {
    name: "a delay shorter than corosync's own",
    stack: "frege",
    patch: { "fencing/delay": "2s" },
    code: "fencing/too-early",
    at: "fencing.delay",
    fix: "at least 10s",
  },
  {
    name: "a controller of two nodes, once by Redfish and once by IPMI",
    stack: "pve1",
    patch: {
      "nodes/pve1-node2/fence": {
        ipmi: {
          address: "10.30.100.11",
          login: { user: "fence", password: { ssm: "/pve1/nodes/node2/ipmi_password" } },
        },
      },
    },
    code: "fencing/shared-device",
    at: "nodes.pve1-node2.fence.ipmi.address",
    fix: "this node alone",
  },
  {
    name: "one certificate for two nodes",
    stack: "frege",
    patch: {
      "nodes/frege/fence/amt/fingerprint": CERTIFICATE,
      "nodes/russell/fence/amt/fingerprint": CERTIFICATE.toLowerCase(),
    },
    code: "fencing/shared-pin",
    at: "nodes.russell.fence.amt.fingerprint",
    fix: "openssl",
  },
  {
    name: "controllers behind the only link of the cluster",
    stack: "frege",
    patch: { "corosync/links": ["management"] },
    code: "fencing/shared-fate",
    at: "nodes.frege.fence.amt.address",
    fix: "second link on ports of its own",
    also: ["corosync/single-link"],
  },
  {
    name: "the account that a board is delivered with",
    stack: "pve1",
    patch: { "nodes/pve1-node1/fence/redfish/login/user": "ADMIN" },
    code: "fencing/factory-account",
    at: "nodes.pve1-node1.fence.redfish.login.user",
    fix: "role Operator",
  },
  {
    name: "a device for a node that does not exist",
    stack: "frege",
    patch: {
      "nodes/leibniz/fence/amt": {
        address: "10.203.3.24",
        login: { user: "admin", password: { ssm: "/ms01/amt/leibniz" } },
      },
    },
    code: "schema/missing",
    at: "nodes.leibniz.id",
    line: "leibniz",
    fix: /./,
    also: ["schema/missing", "schema/missing"],
  },
  {
    name: "two levels that take longer than the watchdog",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        { ...pdu("7"), login: { user: "switch", password: { ssm: "/pve1/pdu1" } } },
      ],
      "fencing/offTimeout": "30s",
    },
    code: "fencing/too-late",
    at: "fencing.delay",
    line: "fencing",
    fix: "Shorten `delay`",
  },
  {
    name: "outlets switched by a community in clear",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [{ ...pdu("7"), community: { ssm: "/pve1/pdu1" } }],
    },
    code: "fencing/snmp-clear",
    at: "nodes.pve1-node1.fence.pdu[0].community",
    fix: "SNMPv3",
  },
  {
    name: "outlets of a unit that does not say whom they feed",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        {
          ...pdu("7"),
          model: "other-snmp",
          login: { user: "switch", password: { ssm: "/pve1/pdu1" } },
          table: {
            off: { oid: "1.3.6.1.4.1.99999.1", value: 0 },
            on: { oid: "1.3.6.1.4.1.99999.1", value: 1 },
            state: { oid: "1.3.6.1.4.1.99999.1", off: 0, on: 1 },
          },
        },
      ],
    },
    code: "fencing/outlet-unnamed",
    at: "nodes.pve1-node1.fence.pdu[0].table",
    fix: "drill",
  },
  {
    name: "outlets with two ways in",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        {
          ...pdu("7"),
          community: { ssm: "/pve1/pdu1" },
          login: { user: "switch", password: { ssm: "/pve1/pdu1" } },
        },
      ],
    },
    code: "schema/combination",
    at: "nodes.pve1-node1.fence.pdu[0]",
    line: "address",
    fix: "SNMPv3",
  },
  {
    name: "a unit of another kind without its table",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        { ...pdu("7"), model: "other-snmp", login: { user: "s", password: { ssm: "/pve1/pdu1" } } },
      ],
    },
    code: "schema/combination",
    at: "nodes.pve1-node1.fence.pdu[0].table",
    line: "address",
    fix: "other-snmp",
  },
  {
    name: "a power distribution unit by name, which nobody resolves then",
    stack: "pve1",
    patch: {
      "nodes/pve1-node1/fence/pdu": [
        {
          ...pdu("7"),
          address: "pdu.example",
          login: { user: "s", password: { ssm: "/pve1/pdu1" } },
        },
      ],
    },
    code: "schema/value",
    at: "nodes.pve1-node1.fence.pdu[0].address",
    fix: "IP address",
  },
  {
    name: "devices that are never used",
    stack: "frege",
    patch: { "fencing/power": "off" },
    code: "fencing/no-power",
    at: "fencing.power",
    fix: "power: on",
  },
  {
    name: "the software watchdog on a machine with a hardware one",
    stack: "frege",
    patch: { "nodes/frege/overrides": { watchdog: "softdog" } },
    code: "fencing/softdog",
    at: "nodes.frege.overrides.watchdog",
    fix: "hardware watchdog",
  },
  {
    name: "Intel's watchdog on an AMD machine",
    stack: "gtr7",
    patch: { "nodes/pve1/overrides": { watchdog: "iTCO_wdt" } },
    code: "fencing/watchdog-hardware",
    at: "nodes.pve1.overrides.watchdog",
    fix: "sp5100_tco on AMD",
  },
  {
    name: "AMT's own timer as watchdog",
    stack: "frege",
    patch: { "nodes/frege/overrides": { watchdog: "mei_wdt" } },
    code: "schema/choice",
    at: "nodes.frege.overrides.watchdog",
    fix: "iTCO_wdt",
  },
  {
    name: "one password for all controllers",
    stack: "frege",
    patch: { "nodes/russell/fence/amt/login/password/ssm": "/ms01/amt/frege" },
    code: "secrets/shared",
    at: "nodes.russell.fence.amt.login.password",
    fix: "password of its own",
  },
];

function pdu(outlet: string) {
  return { address: "10.30.0.60", model: "apc-snmp", outlets: [outlet] };
}
