import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";

/** What each shell needs to ask the program; the program knows the words, the shells only how to ask. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_proxmox_ha() {
  local IFS=$'\\n'
  COMPREPLY=($(proxmox-ha complete "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _proxmox_ha proxmox-ha
`,
  zsh: `#compdef proxmox-ha
_proxmox_ha() {
  local -a found
  found=("\${(@f)$(proxmox-ha complete $((CURRENT - 1)) "\${words[@]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _proxmox_ha proxmox-ha
`,
  fish: `complete -c proxmox-ha -a '(proxmox-ha complete (count (commandline -opc)) (commandline -opc) (commandline -ct) 2>/dev/null)'
`,
};

export function completionScript(shell: string): string {
  const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1];
  if (script === undefined) {
    throw badInput(`There is no completion for ${shell}.`, othersThan(shell, Object.keys(SCRIPTS)));
  }
  return script;
}
