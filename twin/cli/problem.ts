import { badInput } from "../../config/failure/failure.js";

/** What a twin may be called: it becomes part of paths and of names that the machine shows. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw badInput(
    `"${name}" cannot be the name of a twin; use lower-case letters, digits and inner hyphens, at most 40`,
  );
}

/** What a snapshot may be called: it becomes the name of a folder. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export function checkedLabel(label: string): string {
  if (LABEL.test(label)) return label;
  throw badInput(
    `"${label}" cannot be the label of a snapshot; use letters, digits, dots, hyphens and underscores`,
  );
}

export const POWER_ACTIONS = ["on", "off", "reset", "cycle", "shutdown"] as const;

export function checkedPowerAction(action: string): (typeof POWER_ACTIONS)[number] {
  const known = POWER_ACTIONS.find((one) => one === action);
  if (known !== undefined) return known;
  throw badInput(`power cannot be switched "${action}"; there are ${POWER_ACTIONS.join(", ")}`);
}
