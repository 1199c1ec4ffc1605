/**
 * What a text without quotes is to the two that read a stack file: this program, by YAML 1.2, and Pulumi, whose reader
 * (go-yaml 3) keeps much of YAML 1.1. Where they differ, or where a name would become something else, the text is odd
 * and the file must say what it means.
 */
export type Oddity =
  | { readonly kind: "number"; readonly meant: string | undefined }
  | { readonly kind: "day" }
  | { readonly kind: "name" };

/** The one way to write a number that every reader takes for the same. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
/** All that one of the readers takes for a number, once it has thrown its underscores away. */
const NUMBER_OF_SOMEBODY =
  /^[-+]?(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
/** As Go's reader knows them; without seconds it is a text, as a calendar event is. */
const DAY =
  /^\d{4}-\d\d?-\d\d?([Tt]\d\d?:\d\d?:\d\d?(\.\d+)?(Z|[+-]\d\d:\d\d)| +\d\d?:\d\d?:\d\d?(\.\d+)?)?$/;
const WORD = /^(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE)$/;

/** What is odd about a value without quotes, if anything is. */
export function oddValue(text: string): Oddity | undefined {
  if (DAY.test(text)) {
    return { kind: "day" };
  }
  const number = text.replaceAll("_", "");
  return !NUMBER_OF_SOMEBODY.test(number) || isCommon(text)
    ? undefined
    : { kind: "number", meant: meantBy(number) };
}

/** What is odd about a key without quotes: it is a name, so it must not look like anything else. */
export function oddKey(text: string): Oddity | undefined {
  return NUMBER.test(text) || WORD.test(text) ? { kind: "name" } : oddValue(text);
}

function isCommon(text: string): boolean {
  return (
    NUMBER.test(text) &&
    !/^-0(\.0+)?$/.test(text) &&
    (text.includes(".") || Number.isSafeInteger(Number(text)))
  );
}

/** The number as it would be written, where only its writing is odd: 10 for 010, 16 for 0x10. */
function meantBy(number: string): string | undefined {
  const decimal = /^[-+]?0\d+$/.test(number) ? number.replace(/^([-+]?)0+(?=\d)/, "$1") : number;
  const value = String(Number(decimal.replace(/^\+/, "")));
  return isCommon(value) ? value : undefined;
}
