import type { CodeTable } from "../findings/finding.js";

/** What can be wrong before the cluster itself is looked at. */
export const loadCodes = {
  "file/missing": { severity: "error", about: "There is no such stack file." },
  "file/unreadable": { severity: "error", about: "The stack file exists but cannot be read." },
  "file/too-large": {
    severity: "error",
    about: "A stack file has a few kilobytes; one beyond 1 MiB is some other file.",
  },
  "file/encoding": {
    severity: "error",
    about: "The file is not UTF-8 text, so names in it could silently change.",
  },
  "file/fault": {
    severity: "error",
    about: "The program itself failed at this file. The reports of other files are whole.",
  },
  "file/more": {
    severity: "error",
    about: "The file has more findings than anybody reads at once; the first hundred are shown.",
  },
  "yaml/syntax": {
    severity: "error",
    about:
      "The file is not valid YAML. Only the first place is reported: later ones usually follow from it.",
  },
  "yaml/duplicate-key": {
    severity: "error",
    about: "A key stands twice in one mapping. YAML readers would drop one of them without a word.",
  },
  "yaml/alias": {
    severity: "error",
    about:
      "An alias may stand for one value that has no alias inside. Merge keys, aliases as keys and aliases that grow a file without end are refused.",
  },
  "yaml/tag": {
    severity: "error",
    about:
      "A YAML tag such as `!!binary`, or a directive such as `%YAML 1.1`, changes what the texts behind it are.",
  },
  "yaml/number": {
    severity: "error",
    about:
      "The number is written so that readers of YAML disagree: Pulumi takes `010` for 8. Leading zeros, `_`, `0x`, `0o`, `+` and exponents need quotes where a text is meant, and go where a number is.",
  },
  "yaml/day": {
    severity: "error",
    about:
      "Without quotes a day is a moment for Pulumi, and another text. Only where a day belongs does it stand without them.",
  },
  "yaml/name": {
    severity: "error",
    about:
      "A name that looks like a number, like true, false or null is read as one, and comes back changed or in another order.",
  },
  "yaml/documents": {
    severity: "error",
    about: "A stack file is a single YAML document; Pulumi would ignore what follows `---`.",
  },
  "stack/not-a-mapping": {
    severity: "error",
    about: "A stack file is a mapping with a `config` section.",
  },
  "stack/no-section": {
    severity: "error",
    about: "The stack file has no `proxmox-ha:cluster` under `config`, so it describes no cluster.",
  },
  "stack/encrypted-section": {
    severity: "error",
    about:
      "The whole section is encrypted. Only secrets are, and those never stand in it; a file that nobody can read cannot be reviewed.",
  },
  "stack/ciphertext": {
    severity: "error",
    about:
      "A mapping whose only key is `secure`, with a text behind it, is an encrypted value to Pulumi. It would be decrypted, or fail to be.",
  },
  "schema/missing": { severity: "error", about: "A field that has no default is left out." },
  "schema/unknown-key": {
    severity: "error",
    about:
      "A key that the program does not know. It is refused, because a misspelt setting would silently not apply.",
  },
  "schema/old-key": {
    severity: "error",
    about: "A key of older guides or of a generated file. The message says what replaced it.",
  },
  "schema/type": { severity: "error", about: "The value is of another kind than the field takes." },
  "schema/choice": { severity: "error", about: "The value is none of those that the field takes." },
  "schema/value": { severity: "error", about: "The value has the wrong form or is out of range." },
  "schema/key": { severity: "error", about: "The name of an entry has the wrong form." },
  "schema/combination": {
    severity: "error",
    about: "The entry says too much or too little: exactly one of several fields belongs there.",
  },
  "acknowledged/unknown": {
    severity: "error",
    about: "A code is acknowledged that no warning has, so a misspelt one would hide nothing.",
  },
  "acknowledged/error": {
    severity: "error",
    about: "Only warnings can be acknowledged; an error stays one until it is mended.",
  },
  "acknowledged/unneeded": {
    severity: "warning",
    about:
      "A warning is acknowledged that the file does not have. It would hide a later one that nobody has read.",
  },
  "secrets/plain-value": {
    severity: "error",
    about:
      "A secret stands in the file itself. It would be in version control, in the state and in logs.",
  },
} as const satisfies CodeTable;
