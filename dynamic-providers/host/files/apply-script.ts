import { command, raw, sh } from "../../transport/ssh/quoting.js";
import { recordOf, sha256, storeOf } from "./facts.js";

export interface FileToPut {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** A text with secrets stands in its file and nowhere else. */
  readonly holdsSecrets: boolean;
}

export interface ApplyWish {
  readonly set: string;
  readonly puts: readonly FileToPut[];
  readonly restores: readonly string[];
  readonly validate: string | undefined;
  readonly reload: string | undefined;
}

/** Exit statuses by which the script says where it ended. */
export const EXIT = { locked: 75, invalid: 65, reload: 66 } as const;

/** All texts, one after the other, as the script reads them from its input. */
export function applyInput(wish: ApplyWish): Buffer {
  return Buffer.concat(wish.puts.map(({ content }) => content));
}

/**
 * Puts all files in place or none: every text is written beside its file, synced and then renamed. If the check fails, the
 * files of before this step come back. What was there before the program's first touch is kept for the removal.
 */
export function applyScript(wish: ApplyWish): string {
  const lines = [
    ...wish.puts.map(({ path, content, mode, owner, group }) =>
      command(
        "stage",
        recordOf(path),
        path,
        String(content.length),
        sha256(content),
        mode,
        `${owner}:${group}`,
      ),
    ),
    ...wish.puts.map(({ path, content, holdsSecrets }) =>
      command("place", recordOf(path), path, sha256(content), holdsSecrets ? "no" : "yes"),
    ),
    ...wish.restores.map((path) => command("restore", recordOf(path), path)),
  ];
  return sh`set -eu
umask 077
store=${storeOf(wish.set)}
mkdir -p /run/lock "$store"
exec 9>/run/lock/proxmox-ha-files.lock
flock -w 60 9 || { echo 'another run holds /run/lock/proxmox-ha-files.lock' >&2; exit ${EXIT.locked}; }
undo=$(mktemp -d)
trap 'rm -rf "$undo"' EXIT

# A file and its name, so that undoing knows where it belongs.
save() {
  printf '%s' "$2" > "$undo/$1.path"
  if [ -e "$2" ]; then cp -a "$2" "$undo/$1.file"; fi
}
undo_all() {
  for name in "$undo"/*.path; do
    [ -f "$name" ] || continue
    path=$(cat "$name")
    if [ -e "\${name%.path}.file" ]; then cp -a "\${name%.path}.file" "$path"; else rm -f "$path"; fi
  done
}
stage() {
  (umask 022; mkdir -p "$(dirname "$2")")
  draft="$2.proxmox-ha-new"
  head -c "$3" > "$draft"
  [ "$(sha256sum < "$draft" | cut -c1-64)" = "$4" ] || { echo "the text of $2 did not arrive whole" >&2; rm -f "$draft"; exit 1; }
  case "$2" in /etc/pve/*) ;; *) chown "$6" "$draft"; chmod "$5" "$draft" ;; esac
  sync "$draft" 2>/dev/null || true
}
place() {
  save "$1" "$2"
  mkdir -p "$store/$1"
  if [ ! -f "$store/$1/path" ]; then
    if [ -e "$2" ]; then cp -aL "$2" "$store/$1/original"; fi
    printf '%s' "$2" > "$store/$1/path"
  fi
  printf '%s' "$3" > "$store/$1/written"
  # To show which lines somebody changed later.
  if [ "$4" = yes ]; then cat "$2.proxmox-ha-new" > "$store/$1/copy"; else rm -f "$store/$1/copy"; fi
  mv -fT "$2.proxmox-ha-new" "$2"
  sync "$(dirname "$2")" 2>/dev/null || true
}
restore() {
  save "$1" "$2"
  if [ -f "$store/$1/original" ]; then
    cp -a "$store/$1/original" "$2.proxmox-ha-new"
    mv -fT "$2.proxmox-ha-new" "$2"
  else
    rm -f "$2"
  fi
  rm -rf "\${store:?}/$1"
}

${raw(wish.reload === undefined ? "" : ': > "$store/reload-pending"')}
${raw(lines.join("\n"))}
${raw(wish.validate === undefined ? "" : validateLines(wish.validate))}
${raw(wish.reload === undefined ? "" : sh`(${raw(wish.reload)}) >&2 9>&- </dev/null || exit ${EXIT.reload}`)}
rm -f "$store/reload-pending"
rmdir "$store" 2>/dev/null || true
echo '@@applied'
`;
}

/** Both commands are shell that the program itself names for a set. */
function validateLines(validate: string): string {
  return sh`if ! said=$( (${raw(validate)}) 2>&1 9>&- </dev/null); then
  undo_all
  printf '%s\\n' "$said" >&2
  exit ${EXIT.invalid}
fi`;
}
