/** Value that is written into a column of a table, in the row of an outlet. */
export interface OutletSetting {
  readonly oid: string;
  readonly value: number;
}

/** The columns of a power distribution unit's table of outlets. */
export interface OutletTable {
  readonly off: OutletSetting;
  readonly on: OutletSetting;
  /** Where the state is read, and the values of the two that are clear. */
  readonly state: { readonly oid: string; readonly off: number; readonly on: number };
  /** Where the outlet's name is read; without it nothing but a person's word says whom it feeds. */
  readonly name?: string | undefined;
}

export const OUTLET_MODELS = ["apc-snmp", "eaton-snmp", "raritan-snmp", "other-snmp"] as const;
export type OutletModel = (typeof OUTLET_MODELS)[number];

const APC = "1.3.6.1.4.1.318.1.1.12.3";
const EATON = "1.3.6.1.4.1.534.6.6.7.6";
const RARITAN = "1.3.6.1.4.1.13742.6";

/**
 * Rack units that switch single outlets. Eaton's and Raritan's can be linked, and their rows begin with the number of the unit; these
 * are the first one's, 0 and 1.
 */
export const OUTLET_TABLES: Readonly<Record<Exclude<OutletModel, "other-snmp">, OutletTable>> = {
  // PowerNet-MIB, rPDUOutletControl and rPDUOutletStatus, which the younger units answer as well.
  "apc-snmp": {
    off: { oid: `${APC}.3.1.1.4`, value: 2 },
    on: { oid: `${APC}.3.1.1.4`, value: 1 },
    state: { oid: `${APC}.5.1.1.4`, off: 2, on: 1 },
    name: `${APC}.5.1.1.2`,
  },
  // EATON-EPDU-MIB, from the second generation on. What is written is a delay in seconds.
  "eaton-snmp": {
    off: { oid: `${EATON}.6.1.3.0`, value: 0 },
    on: { oid: `${EATON}.6.1.4.0`, value: 0 },
    state: { oid: `${EATON}.6.1.2.0`, off: 0, on: 1 },
    name: `${EATON}.1.1.3.0`,
  },
  // PDU2-MIB, of PX2 and PX3.
  "raritan-snmp": {
    off: { oid: `${RARITAN}.4.1.2.1.2.1`, value: 0 },
    on: { oid: `${RARITAN}.4.1.2.1.2.1`, value: 1 },
    state: { oid: `${RARITAN}.4.1.2.1.3.1`, off: 8, on: 7 },
    name: `${RARITAN}.3.5.3.1.3.1`,
  },
};
