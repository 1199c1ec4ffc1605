/** The few ASN.1 types that an X.509 certificate needs, in DER. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

export const der = {
  sequence: (...parts: readonly Buffer[]) => tagged(0x30, ...parts),
  set: (...parts: readonly Buffer[]) => tagged(0x31, ...parts),
  /** A non-negative integer given by its big-endian bytes. */
  integer: (bytes: Buffer) =>
    tagged(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes),
  boolean: (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0])),
  bitString: (bytes: Buffer, unusedBits = 0) => tagged(0x03, Buffer.from([unusedBits]), bytes),
  octetString: (bytes: Buffer) => tagged(0x04, bytes),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text, "utf8")),
  generalizedTime: (time: Date) =>
    tagged(0x18, Buffer.from(`${time.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`, "ascii")),
  utcTime: (time: Date) =>
    tagged(0x17, Buffer.from(`${time.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`, "ascii")),
  objectId: (dotted: string) => {
    const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
    return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
  },
  /** `[n]` around whole values. */
  explicit: (n: number, ...parts: readonly Buffer[]) => tagged(0xa0 | n, ...parts),
  /** `[n]` instead of a primitive value's own tag. */
  implicit: (n: number, bytes: Buffer) => tagged(0x80 | n, bytes),
} as const;
