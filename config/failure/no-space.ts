/** What a system says where nothing more can be written, and what helps. */
const REASONS: readonly (readonly [said: RegExp, advice: string])[] = [
  [
    /\bENOSPC\b|no space left on device/i,
    "No space is left there: `df -h` and `df -i` show which file system is full. Free some on it",
  ],
  [
    /\bEDQUOT\b|disk quota exceeded/i,
    "The user's quota is used up there: `quota` shows it. Free some or raise it",
  ],
  [
    /\bEROFS\b|read-only file system/i,
    "The file system can only be read there: `dmesg` and `findmnt` say why. Make it writable",
  ],
];

/** What to do about a failure that its words, or the code of the system's error, put down to a full or closed file system. */
export function spaceAdvice(text: string): string | undefined {
  const found = REASONS.find(([said]) => said.test(text));
  return found === undefined ? undefined : `${found[1]}, then run the command again.`;
}
